-- Each column is a bit: a row that has more figures than columns prints one of them several times. A column that the
-- form does not have is none, so that its document is looked at closely as well.
with columns as (
    select column_code, (row_number() over (order by column_code))::integer as position
    from (select distinct column_code from {{ ref("stg_form_places") }})
)

select distinct document_id
from (
    select document_id, table_code, table_set, row_code
    from {{ ref("int_cells") }}
    left join columns using (column_code)
    where row_code is not null and column_code is not null
    group by document_id, table_code, table_set, row_code
    having count(*) > coalesce(bit_count(bit_or(1::bigint << position)), 0)
)
