-- The current reports, numbered as they appeared: the first of a year to print something has the lowest number.
with numbered as (
    select
        row_number() over (order by report_year, coalesce(publish_date, signed_date) nulls last, agency_id)::integer as report,
        agency_id,
        report_year,
        document_id
    from {{ ref("int_reports") }}
    where is_current
)

select numbered.*, before.report as report_before
from numbered
left join numbered as before
    on numbered.agency_id = before.agency_id and numbered.report_year = before.report_year + 1
