with sightings as (
    select
        document_id,
        bool_or(evidence.field in ('publish_date', 'signed_date', 'period_start', 'period_end')) as has_dates,
        bool_or(evidence.field = 'place' and evidence.rule = 'site_code') as has_site_code,
        -- One place cannot contradict itself.
        count(*) filter (where evidence.field = 'report_year' and witnesses.is_witness) > 1 as has_witnesses_of_year,
        count(*) filter (where evidence.field = 'agency_name' and witnesses.is_witness) > 1 as has_witnesses_of_agency
    from {{ source("landing", "evidence") }} as evidence
    left join {{ ref("witnesses") }} as witnesses using (field, rule)
    group by document_id
),

judged as (
    select
        reports.document_id,
        report_year is not null and coalesce(publish_date, signed_date) is not null as date_before_period_end,
        coalesce(publish_date, signed_date) is not null or report_year is not null as date_before_regulation,
        date_before_regulation as date_in_future,
        sightings.has_dates as impossible_date,
        report_year is not null and sightings.has_witnesses_of_year as year_conflict,
        reports.agency_name is not null and sightings.has_witnesses_of_agency as agency_conflict,
        agencies.division_code is not null and sightings.has_site_code as place_contradicted,
        report_year is not null and reports.agency_name is not null as several_documents,
        report_year is not null and coalesce(disclosure_form, requests_form) is not null as form_of_other_year,
        coalesce(report_year, if(statistics_form is null, 2019, 2018)) >= 2019 as missing_section,
        missing_section or coalesce(report_year, 2018) >= 2014 as missing_table
    from {{ ref("int_reports") }} as reports
    join {{ source("landing", "agencies") }} as agencies using (document_id)
    left join sightings using (document_id)
)

{{ not_judged("judged", [
    "date_before_period_end", "date_before_regulation", "date_in_future", "impossible_date", "year_conflict",
    "agency_conflict", "place_contradicted", "several_documents", "form_of_other_year", "missing_section", "missing_table",
]) }}
