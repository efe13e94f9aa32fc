-- Taken from the cells themselves, not from int_figures: what the facts are held against must not come the way
-- that they came.
select
    reports.agency_id,
    reports.report_year,
    cells.table_code,
    cells.row_code,
    max(cells.value)::decimal(38, 6) as value
from {{ ref("int_cells") }} as cells
join {{ ref("int_reports") }} as reports using (document_id)
where reports.is_current and cells.table_set = 1 and cells.column_code = 'total'
group by all
having min(cells.status) = max(cells.status)
    and min(cells.value) = max(cells.value)
    and count(cells.value) = count(*)
