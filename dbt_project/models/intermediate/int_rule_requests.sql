{{ config(materialized="table_in_parts", parts_of="int_failed_sums") }}
with failures as (
    select *
    from {{ ref("int_failed_sums") }}
    where table_code = 'requests' and {{ in_part() }}
),

cells as (
    select *
    from {{ ref("int_cells") }}
    where table_code = 'requests' and document_id in (select document_id from failures)
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
join cells
    on failures.document_id = cells.document_id
    and failures.table_set = cells.table_set
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
