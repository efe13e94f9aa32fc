{{ config(materialized="table_in_parts") }}
-- A report that now covers the agencies below it as well rightly carries in more than it carried out before.
with failures as (
    select carry_over.*
    from {{ ref("carry_over") }} as carry_over
    join {{ ref("int_reports") }} as this on carry_over.document_id = this.document_id
    join {{ ref("int_reports") }} as before on carry_over.document_id_before = before.document_id
    where carry_over.difference <> 0 and this.scope = before.scope and {{ in_part("carry_over.document_id") }}
),

-- The figures that disagree stand in two documents.
places as (
    select failures.*, document_id as printed_in, 'carried_in' as row_code
    from failures

    union all

    select failures.*, document_id_before, 'carried_out'
    from failures
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
left join {{ ref("int_cells") }} as cells
    on places.printed_in = cells.document_id
    and places.row_code = cells.row_code
    and places.applicant_type = cells.column_code
    and cells.table_code = 'requests'
    and cells.table_set = 1
group by places.document_id, applicant_type, places.carried_in, places.carried_out_before
