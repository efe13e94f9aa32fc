{{ config(materialized="table_in_parts") }}
-- A sum is judged only where its total is printed beside at least one part and no part is in doubt: blanks beside
-- numbers are nothing printed, a part that cannot be read or placed could be anything. Parts that exceed their
-- total even without it are wrong all the same.
with figures as (
    select figures.*, form.kind, unplaced.document_id is not null as has_unplaced
    from {{ ref("int_figures") }} as figures
    join {{ source("landing", "form_requests_rows") }} as form using (row_code)
    left join (
        select distinct document_id, table_set
        from {{ ref("int_cells") }}
        where table_code = 'requests' and status = 'unplaced'
    ) as unplaced using (document_id, table_set)
    where figures.table_code = 'requests' and {{ in_part() }}
),

outcomes_sums as (
    select
        document_id,
        table_set,
        column_code,
        sum(value) filter (where kind = 'outcome') as left_value,
        any_value(value) filter (where kind = 'total') as right_value,
        bool_or(has_unplaced or (kind = 'outcome' and state = 'unreadable')) as in_doubt
    from figures
    where kind in ('outcome', 'total')
    group by all
),

types_sums as (
    select
        document_id,
        table_set,
        row_code,
        sum(value) filter (where column_code <> 'total') as left_value,
        any_value(value) filter (where column_code = 'total') as right_value,
        bool_or(has_unplaced or (column_code <> 'total' and state = 'unreadable')) as in_doubt
    from figures
    group by all
),

balances as (
    select
        document_id,
        table_set,
        column_code,
        any_value(value) filter (where row_code = 'received_new')
        + coalesce(any_value(value) filter (where row_code = 'carried_in'), 0) as left_value,
        any_value(value) filter (where row_code = 'outcomes_total')
        + coalesce(any_value(value) filter (where row_code = 'carried_out'), 0) as right_value,
        bool_or(state = 'unreadable') or (bool_or(has_unplaced) and count(value) < 4) as in_doubt
    from figures
    where row_code in ('received_new', 'carried_in', 'outcomes_total', 'carried_out')
    group by all
),

failures as (
    select 'outcomes_sum' as rule_code, document_id, table_set, null as row_code, column_code, left_value, right_value
    from outcomes_sums
    where left_value <> right_value and (not in_doubt or left_value > right_value)

    union all

    select 'applicant_types_sum', document_id, table_set, row_code, null, left_value, right_value
    from types_sums
    where left_value <> right_value and (not in_doubt or left_value > right_value)

    union all

    select 'requests_balance', document_id, table_set, null, column_code, left_value, right_value
    from balances
    where left_value <> right_value and not in_doubt
)

select
    failures.rule_code,
    failures.document_id,
    concat_ws('/', 'requests', failures.table_set, coalesce(failures.row_code, failures.column_code)) as subject,
    coalesce(
        any_value(form_row.label_2021), any_value(form_row.label_2019), any_value(form_column.label)
    ) || {{ table_set_zh("failures.table_set") }} as place_zh,
    coalesce('row ' || failures.row_code, 'column ' || failures.column_code)
    || {{ table_set_en("failures.table_set") }} as place_en,
    failures.left_value,
    failures.right_value,
    {{ printed_cells("cells") }} as cells
from failures
join {{ ref("int_cells") }} as cells
    on failures.document_id = cells.document_id
    and failures.table_set = cells.table_set
    and cells.table_code = 'requests'
    and {{ in_part("cells.document_id") }}
    and cells.row_code = coalesce(failures.row_code, cells.row_code)
    and cells.column_code = coalesce(failures.column_code, cells.column_code)
join {{ source("landing", "form_requests_rows") }} as form on cells.row_code = form.row_code
left join {{ source("landing", "form_requests_rows") }} as form_row on failures.row_code = form_row.row_code
left join {{ source("landing", "form_requests_columns") }} as form_column
    on failures.column_code = form_column.column_code
where case failures.rule_code
    when 'outcomes_sum' then form.kind in ('outcome', 'total')
    when 'requests_balance' then form.kind in ('intake', 'total')
    else true
end
group by
    failures.rule_code,
    failures.document_id,
    failures.table_set,
    failures.row_code,
    failures.column_code,
    failures.left_value,
    failures.right_value
