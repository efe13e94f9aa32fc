-- Facts take the first set of tables only: the second (本级 beside 全市) prints the same cases again.
select
    figures.document_id,
    reports.agency_id,
    reports.report_year,
    figures.table_code,
    figures.row_code,
    figures.column_code,
    figures.value::decimal(38, 6) as value,
    figures.unit
from {{ ref("int_figures") }} as figures
join {{ ref("int_reports") }} as reports using (document_id)
where reports.is_current and figures.table_set = 1 and figures.state = 'number'
