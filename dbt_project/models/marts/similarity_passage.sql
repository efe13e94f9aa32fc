-- The longest passages that a report shares with the report that has most of its sentences: sentences that follow each
-- other in both are one passage.
with shared as (
    select
        copied.compared_with,
        copied.report,
        copied.place,
        copied.partner,
        copied.partner_place,
        copied.characters,
        copied.is_edited
    from {{ ref("int_copied_sentences") }} as copied
    semi join {{ ref("int_partners") }} as partners using (compared_with, report, partner)
),

runs as (
    select
        *,
        place - row_number() over (partition by compared_with, report, partner_place - place order by place) as run
    from shared
),

passages as (
    select
        compared_with,
        report,
        partner,
        min(place) as place,
        max(place) as last_place,
        min(partner_place) as partner_place,
        max(partner_place) as last_partner_place,
        count(*)::integer as sentences,
        sum(characters)::integer as characters,
        bool_or(is_edited) as is_edited
    from runs
    group by compared_with, report, partner, partner_place - place, run
),

longest as (
    select *, row_number() over (partition by compared_with, report order by characters desc, place)::integer as rank
    from passages
    qualify rank <= {{ var("passages_listed") }}
),

placed as (
    select
        longest.*,
        first_own.start,
        last_own.start + last_own.length - first_own.start as length,
        first_other.start as partner_start,
        last_other.start + last_other.length - first_other.start as partner_length
    from longest
    join {{ ref("int_sentences") }} as first_own using (report, place)
    join {{ ref("int_sentences") }} as last_own
        on longest.report = last_own.report and longest.last_place = last_own.place
    join {{ ref("int_sentences") }} as first_other
        on longest.partner = first_other.report and longest.partner_place = first_other.place
    join {{ ref("int_sentences") }} as last_other
        on longest.partner = last_other.report and longest.last_partner_place = last_other.place
)

select
    own.agency_id,
    own.report_year,
    placed.compared_with,
    placed.rank,
    placed.sentences,
    placed.characters,
    placed.is_edited,
    parts.part_document_id as printed_in,
    sections.section,
    placed.start,
    substring(sections.body, placed.start + 1, least(placed.length, {{ var("longest_passage") }})) as passage,
    other.agency_id as partner_agency_id,
    partner_parts.part_document_id as partner_printed_in,
    partner_sections.section as partner_section,
    placed.partner_start,
    substring(partner_sections.body, placed.partner_start + 1, least(placed.partner_length, {{ var("longest_passage") }}))
        as partner_passage
from placed
join {{ ref("int_numbered_reports") }} as own using (report)
join {{ ref("int_numbered_reports") }} as other on placed.partner = other.report
join {{ source("landing", "report_parts") }} as parts
    on own.document_id = parts.report_document_id and placed.place // 100000 = parts.position
join {{ source("landing", "report_parts") }} as partner_parts
    on other.document_id = partner_parts.report_document_id and placed.partner_place // 100000 = partner_parts.position
join {{ source("landing", "sections") }} as sections
    on parts.part_document_id = sections.document_id and placed.place // 10000 % 10 = sections.section
join {{ source("landing", "sections") }} as partner_sections
    on partner_parts.part_document_id = partner_sections.document_id
    and placed.partner_place // 10000 % 10 = partner_sections.section
order by own.agency_id, own.report_year, placed.compared_with, placed.rank
