-- A place of the form can be printed several times (a figure repeated in each spanned cell, a header repeated
-- after a page): it counts once if all agree. Where they disagree, none can be trusted. Few documents do it, so that
-- the cells of all others are their figures, without a group for each.
with printed as (
    select
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        value,
        unit,
        if(status in ('blank', 'not_applicable'), 'nothing', status) as state
    from {{ ref("int_cells") }}
    where row_code is not null and column_code is not null
)

select
    document_id,
    table_code,
    table_set,
    row_code,
    column_code,
    value,
    unit,
    state,
    false as is_contradicted,
    false as is_partly_printed
from printed
anti join {{ ref("int_repeats") }} using (document_id)

union all

select
    document_id,
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
from printed
semi join {{ ref("int_repeats") }} using (document_id)
group by document_id, table_code, table_set, row_code, column_code
