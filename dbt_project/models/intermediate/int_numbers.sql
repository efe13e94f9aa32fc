-- Facts take the first set of tables only: the second (本级 beside 全市) prints the same cases again.
select
    document_id,
    agency_id,
    report_year,
    table_code,
    row_code,
    column_code,
    value::decimal(38, 6) as value,
    unit
from {{ ref("int_figures") }}
where is_current and table_set = 1 and state = 'number'
