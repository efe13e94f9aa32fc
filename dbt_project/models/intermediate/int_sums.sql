-- One pass over the figures for each direction in which the forms add up: what judges sums, completes them or misses
-- their totals reads this.
with figures as not materialized (
    select document_id, table_code, table_set, row_code, column_code, value, state
    from {{ ref("int_figures") }}
    where table_code in ('requests', 'litigation')
)

select
    document_id,
    table_code,
    table_set,
    if(table_code = 'requests', 'types', 'results') as parts_are,
    row_code,
    'total' as column_code,
    any_value(value) filter (where column_code = 'total') as total,
    any_value(state) filter (where column_code = 'total') as total_state,
    sum(value) filter (where column_code <> 'total') as parts,
    bool_or(column_code <> 'total' and state = 'unreadable') as has_unreadable_parts
from figures
group by document_id, table_code, table_set, row_code

union all

select
    document_id,
    table_code,
    table_set,
    'outcomes',
    'outcomes_total',
    column_code,
    any_value(value) filter (where row_code = 'outcomes_total'),
    any_value(state) filter (where row_code = 'outcomes_total'),
    sum(value) filter (where row_code <> 'outcomes_total'),
    bool_or(row_code <> 'outcomes_total' and state = 'unreadable')
from figures
where table_code = 'requests'
    and (row_code = 'outcomes_total' or row_code in (select outcome_code from {{ ref("stg_outcomes") }}))
group by document_id, table_code, table_set, column_code
