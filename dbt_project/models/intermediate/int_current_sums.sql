select
    reports.agency_id,
    reports.report_year,
    sums.table_code,
    sums.parts_are,
    sums.row_code,
    sums.column_code,
    sums.total::decimal(38, 6) as printed,
    sums.parts,
    coalesce(printed, sums.parts) as total
from {{ ref("int_sums") }} as sums
join {{ ref("int_reports") }} as reports using (document_id)
where reports.is_current and sums.table_set = 1 and (sums.total is not null or sums.parts is not null)
