{{ config(materialized="table_in_parts", parts_of="int_failed_sums") }}
with failures as (
    select *
    from {{ ref("int_failed_sums") }}
    where table_code = 'litigation' and {{ in_part() }}
),

cells as (
    select *
    from {{ ref("int_cells") }}
    where table_code = 'litigation' and document_id in (select document_id from failures)
),

venues as (
    select venue_code as row_code, any_value(venue_label) as label
    from {{ source("landing", "form_litigation_columns") }}
    group by venue_code
)

select
    failures.rule_code,
    failures.document_id,
    concat_ws('/', 'litigation', failures.table_set, failures.row_code) as subject,
    any_value(venues.label) || {{ table_set_zh("failures.table_set") }} as place_zh,
    failures.row_code || {{ table_set_en("failures.table_set") }} as place_en,
    failures.left_value,
    failures.right_value,
    {{ printed_cells("cells") }} as cells
from failures
join venues on failures.row_code = venues.row_code
join cells
    on failures.document_id = cells.document_id
    and failures.table_set = cells.table_set
    and failures.row_code = cells.row_code
group by
    failures.rule_code,
    failures.document_id,
    failures.table_set,
    failures.row_code,
    failures.left_value,
    failures.right_value
