-- Parts are the places that are no totals: a total left blank is the sum of its parts, a part left blank is nothing.
select
    document_id,
    table_code,
    table_set,
    count(*) as cells,
    count(*) filter (where status = 'number') as numbers,
    count(*) filter (where status in ('unreadable', 'unplaced')) as doubtful,
    count(*) filter (where status = 'number' and is_part) as part_numbers,
    count(*) filter (where status = 'number' and is_part and value = 0) as part_zeros,
    count(*) filter (where status = 'blank' and is_part) as part_blanks,
    bool_or(status = 'unplaced') as has_unplaced,
    bool_or(status = 'unreadable') as has_unreadable,
    bool_or(unit is not null) as has_units,
    bool_or(confidence is not null) as is_recognised,
    -- A document that mixes both forms in one table has none.
    if(min(form) = max(form), min(form), null) as form
from (
    select *, column_code is distinct from 'total' and row_code is distinct from 'outcomes_total' as is_part
    from {{ ref("int_cells") }}
)
group by document_id, table_code, table_set
