{{ config(materialized="table_in_parts", parts_of="int_failed_carry_over") }}
with failures as (
    select *
    from {{ ref("int_failed_carry_over") }}
    where {{ in_part() }}
),

-- The figures that disagree stand in two documents.
places as (
    select failures.*, document_id as printed_in, 'carried_in' as row_code
    from failures

    union all

    select failures.*, document_id_before, 'carried_out'
    from failures
),

cells as (
    select *
    from {{ ref("int_cells") }}
    where table_code = 'requests' and table_set = 1 and document_id in (select printed_in from places)
)

select
    'carry_over_mismatch' as rule_code,
    places.document_id,
    applicant_type as subject,
    any_value(form.label) as place_zh,
    'column ' || applicant_type as place_en,
    places.carried_in as left_value,
    places.carried_out_before as right_value,
    coalesce({{ printed_cells("cells", where="cells.status is not null") }}, {{ no_cells() }}) as cells
from places
join {{ source("landing", "form_requests_columns") }} as form on places.applicant_type = form.column_code
left join cells
    on places.printed_in = cells.document_id
    and places.row_code = cells.row_code
    and places.applicant_type = cells.column_code
group by places.document_id, applicant_type, places.carried_in, places.carried_out_before
