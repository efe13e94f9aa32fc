{{ config(materialized="view") }}
select parts.document_id, cells.*
from {{ ref("stg_cells") }} as cells
join {{ ref("int_table_parts") }} as parts using (printed_in, table_code)
where parts.is_used
