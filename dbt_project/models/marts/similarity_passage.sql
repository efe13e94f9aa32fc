-- The longest passages that a report shares with the report that has most of its sentences: sentences that follow each
-- other in both are one passage.
with runs as (
    select
        *,
        place - row_number() over (partition by compared_with, report, partner_place - place order by place) as run
    from {{ ref("int_copied_sentences") }}
    semi join {{ ref("int_partners") }} using (compared_with, report, partner)
),

placed as (
    select
        compared_with,
        report,
        partner,
        min(place) as place,
        min(partner_place) as partner_place,
        count(*)::integer as sentences,
        sum(characters)::integer as characters,
        bool_or(is_edited) as is_edited,
        min(start) as start,
        max(start + length) - min(start) as length,
        min(partner_start) as partner_start,
        max(partner_start + partner_length) - min(partner_start) as partner_length
    from runs
    group by compared_with, report, partner, partner_place - place, run
),

longest as (
    select
        *,
        row_number() over (partition by compared_with, report order by characters desc, place, partner_place)::integer as rank
    from placed
    qualify rank <= {{ var("passages_listed") }}
)

select
    own.agency_id,
    own.report_year,
    longest.compared_with,
    longest.rank,
    longest.sentences,
    longest.characters,
    longest.is_edited,
    parts.part_document_id as printed_in,
    sections.section,
    longest.start,
    substring(sections.body, longest.start + 1, least(longest.length, {{ var("longest_passage") }})) as passage,
    other.agency_id as partner_agency_id,
    partner_parts.part_document_id as partner_printed_in,
    partner_sections.section as partner_section,
    longest.partner_start,
    substring(partner_sections.body, longest.partner_start + 1, least(longest.partner_length, {{ var("longest_passage") }}))
        as partner_passage
from longest
join {{ ref("int_numbered_reports") }} as own using (report)
join {{ ref("int_numbered_reports") }} as other on longest.partner = other.report
join {{ source("landing", "report_parts") }} as parts
    on own.document_id = parts.report_document_id and longest.place // 100000 = parts.position
join {{ source("landing", "report_parts") }} as partner_parts
    on other.document_id = partner_parts.report_document_id and longest.partner_place // 100000 = partner_parts.position
join {{ source("landing", "sections") }} as sections
    on parts.part_document_id = sections.document_id and longest.place // 10000 % 10 = sections.section
join {{ source("landing", "sections") }} as partner_sections
    on partner_parts.part_document_id = partner_sections.document_id
    and longest.partner_place // 10000 % 10 = partner_sections.section
order by own.agency_id, own.report_year, longest.compared_with, longest.rank
