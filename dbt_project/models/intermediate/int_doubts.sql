-- A figure that has no place (codes null) may belong to any row.
select agency_id, report_year, table_code, row_code, column_code
from {{ ref("int_figures") }}
where is_current and table_set = 1 and state = 'unreadable'

union all

select distinct printings.agency_id, printings.report_year, cells.table_code, null, null
from {{ ref("stg_cells") }} as cells
join {{ ref("int_printings") }} as printings using (printed_in, table_code)
where printings.is_current and cells.table_set = 1 and cells.status = 'unplaced'
