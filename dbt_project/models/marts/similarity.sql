-- How much of a report's sentences stands in its own report of the year before, and in those of others that year.
with counted as (
    select
        sentences.report,
        count(*) filter (where not wordings.is_common) as sentences,
        coalesce(sum(sentences.characters) filter (where not wordings.is_common), 0) as characters,
        coalesce(sum(sentences.characters) filter (where wordings.is_common), 0) as common_characters
    from {{ ref("int_sentences") }} as sentences
    join {{ ref("int_wordings") }} as wordings using (report_year, fingerprint)
    group by sentences.report
),

compared as (
    select report, 'others_same_year' as compared_with, null::integer as report_before
    from {{ ref("int_numbered_reports") }}

    union all

    select report, 'own_year_before', report_before
    from {{ ref("int_numbered_reports") }}
    where report_before is not null
),

copied as (
    select
        compared_with,
        report,
        count(*) as sentences,
        sum(characters) as characters,
        sum(characters) filter (where is_edited) as edited_characters
    from (
        select compared_with, report, place, any_value(characters) as characters, bool_and(is_edited) as is_edited
        from {{ ref("int_copied_sentences") }}
        group by compared_with, report, place
    )
    group by compared_with, report
)

select
    reports.agency_id,
    reports.report_year,
    compared.compared_with,
    reports.document_id,
    counted.sentences::integer as sentences,
    counted.characters::integer as characters,
    counted.common_characters::integer as common_characters,
    coalesce(copied.sentences, 0)::integer as copied_sentences,
    coalesce(copied.characters, 0)::integer as copied_characters,
    coalesce(copied.edited_characters, 0)::integer as edited_characters,
    {{ rate("coalesce(copied.characters, 0)", "counted.characters") }} as copied_share,
    others.agency_id as partner_agency_id,
    others.document_id as partner_document_id,
    coalesce(partners.characters, 0)::integer as partner_characters,
    {{ rate("coalesce(partners.characters, 0)", "counted.characters") }} as partner_share
from counted
join {{ ref("int_numbered_reports") }} as reports using (report)
join compared using (report)
left join copied using (compared_with, report)
left join {{ ref("int_partners") }} as partners using (compared_with, report)
left join {{ ref("int_numbered_reports") }} as others on coalesce(partners.partner, compared.report_before) = others.report
order by reports.agency_id, reports.report_year, compared_with
