{{ config(materialized="table_in_parts") }}
-- Judged as the sums of requests are: see int_rule_requests.
with figures as (
    select figures.*, unplaced.document_id is not null as has_unplaced
    from {{ ref("int_figures") }} as figures
    left join (
        select distinct document_id, table_set
        from {{ ref("int_cells") }}
        where table_code = 'litigation' and status = 'unplaced'
    ) as unplaced using (document_id, table_set)
    where figures.table_code = 'litigation' and {{ in_part() }}
),

sums as (
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

failures as (
    select *
    from sums
    where left_value <> right_value and (not in_doubt or left_value > right_value)
),

venues as (
    select venue_code as row_code, any_value(venue_label) as label
    from {{ source("landing", "form_litigation_columns") }}
    group by venue_code
)

select
    'litigation_results_sum' as rule_code,
    failures.document_id,
    concat_ws('/', 'litigation', failures.table_set, row_code) as subject,
    any_value(venues.label) || {{ table_set_zh("failures.table_set") }} as place_zh,
    row_code || {{ table_set_en("failures.table_set") }} as place_en,
    failures.left_value,
    failures.right_value,
    {{ printed_cells("cells") }} as cells
from failures
join venues using (row_code)
join {{ ref("int_cells") }} as cells using (document_id, table_set, row_code)
where cells.table_code = 'litigation' and {{ in_part() }}
group by failures.document_id, failures.table_set, row_code, failures.left_value, failures.right_value
