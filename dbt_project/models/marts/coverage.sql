-- A quarantined document is by nobody that we know of, so it covers no agency and year: landing.documents lists it.
-- A year without a report between two with one is absent.
with reports as (
    select agency_id, report_year
    from {{ ref("int_reports") }}
    where is_current
),

spans as (
    select agency_id, unnest(range(min(report_year), max(report_year) + 1))::integer as report_year
    from reports
    group by agency_id
)

select
    agency_id,
    report_year,
    if(reports.report_year is null, 'absent', 'extracted') as status
from spans
left join reports using (agency_id, report_year)
order by agency_id, report_year
