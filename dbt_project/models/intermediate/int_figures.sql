-- A place of the form can be printed several times (a figure repeated in each spanned cell, a header repeated
-- after a page): it counts once if all agree. Where they disagree, none can be trusted. Few documents do it, so that
-- the cells of all others are their figures, without a group for each. What is read twice is no CTE: DuckDB would write
-- down all cells for it, wherever this view is read.
{%- set printed %}
    select
        printings.document_id,
        printings.agency_id,
        printings.report_year,
        printings.is_current,
        printings.is_repeated,
        cells.table_code,
        cells.table_set,
        cells.row_code,
        cells.column_code,
        cells.value,
        cells.unit,
        if(cells.status in ('blank', 'not_applicable'), 'nothing', cells.status) as state
    from {{ ref("stg_cells") }} as cells
    join {{ ref("int_printings") }} as printings using (printed_in, table_code)
    where cells.row_code is not null and cells.column_code is not null
{%- endset %}

select
    * exclude (is_repeated),
    false as is_contradicted,
    false as is_partly_printed
from ({{ printed }})
where not is_repeated

union all

select
    document_id,
    agency_id,
    report_year,
    is_current,
    table_code,
    table_set,
    row_code,
    column_code,
    if(
        min(state) = max(state)
        and min(value) is not distinct from max(value)
        and min(unit) is not distinct from max(unit),
        any_value(value),
        null
    ) as value,
    if(min(unit) is not distinct from max(unit), any_value(unit), null) as unit,
    if(
        min(state) = max(state)
        and min(value) is not distinct from max(value)
        and min(unit) is not distinct from max(unit),
        any_value(state),
        'unreadable'
    ) as state,
    min(value) is distinct from max(value) or min(unit) is distinct from max(unit) as is_contradicted,
    min(state) <> max(state) as is_partly_printed
from ({{ printed }})
where is_repeated
group by document_id, agency_id, report_year, is_current, table_code, table_set, row_code, column_code
