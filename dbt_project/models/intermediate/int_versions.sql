-- Reports of one agency, year and scope, where there are several, in the order in which they came out. One for all
-- agencies below (scope `whole`) is no version of the agency's own.
with seen as (
    select parts.report_document_id as document_id, min(observations.fetched_at) as fetched_at
    from {{ source("landing", "observations") }} as observations
    join {{ source("landing", "report_parts") }} as parts on observations.document_id = parts.part_document_id
    group by all
)

select
    reports.document_id,
    reports.agency_id,
    reports.report_year,
    reports.scope,
    reports.correction is not null as is_correction,
    coalesce(reports.publish_date, reports.signed_date) as printed_date,
    seen.fetched_at,
    -- A correction comes after what it corrects; then the date that the report prints tells, or the day on which it was
    -- first fetched; then the time of that. Where nothing tells, the current one is taken for the last.
    row_number() over (
        partition by reports.agency_id, reports.report_year, reports.scope
        order by
            is_correction,
            coalesce(printed_date, seen.fetched_at::date) nulls first,
            seen.fetched_at nulls first,
            reports.is_current,
            reports.document_id
    ) as version
from {{ ref("int_reports") }} as reports
left join seen using (document_id)
where reports.report_year is not null
qualify count(*) over (partition by reports.agency_id, reports.report_year, reports.scope) > 1
