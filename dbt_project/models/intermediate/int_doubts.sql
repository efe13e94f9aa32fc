-- A figure that has no place (codes null) may belong to any row.
select reports.agency_id, reports.report_year, figures.table_code, figures.row_code, figures.column_code
from {{ ref("int_figures") }} as figures
join {{ ref("int_reports") }} as reports using (document_id)
where reports.is_current and figures.table_set = 1 and figures.state = 'unreadable'

union all

select distinct reports.agency_id, reports.report_year, cells.table_code, null, null
from {{ ref("int_cells") }} as cells
join {{ ref("int_reports") }} as reports using (document_id)
where reports.is_current and cells.table_set = 1 and cells.status = 'unplaced'
