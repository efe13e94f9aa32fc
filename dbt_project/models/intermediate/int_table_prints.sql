{#
    What a table prints, and the three of a report together (`all`), as one number: the exclusive or of the hashes of the
    non-zero figures with their places. And how much that tells: the bits that it takes to write down the distinct figures.
    Stocks tell nothing, since they rightly stay the same for years.

    Two reports may rightly print the same figures: with few and small ones that is common, and proves nothing. One whose
    distinct figures take 24 bits is one of 16 million that print figures no larger; as half of them are sums of the
    others, say one of 4,000. That will do for the other years of one agency, of which there are ten. For the other
    agencies, of which there are ten thousand times as many, it takes 36 bits, say one of 260,000, and that in tables that
    have to be filled in the same places besides.
#}
with figures as (
    select
        document_id,
        figures.table_code,
        value,
        -- Of one text: hashes of several arguments are joined by exclusive or, and a figure beside its total would
        -- cancel out.
        bit_xor(hash(concat_ws('|', figures.table_code, row_code, column_code, value))) as print,
        bool_or(not coalesce(measures.is_stock, false)) as is_flow
    from {{ ref("int_figures") }} as figures
    left join {{ ref("measures") }} as measures
        on figures.table_code = measures.table_code
        and measures.measure = if(figures.table_code in ('requests', 'statistics'), row_code, column_code)
    where table_set = 1 and state = 'number' and value <> 0
    group by all
)

select
    document_id,
    coalesce(table_code, 'all') as table_code,
    bit_xor(print) as print,
    coalesce(sum(distinct log2(1 + abs(value))) filter (where is_flow), 0) as bits,
    bits >= 24 as tells_years,
    bits >= 36 as tells_agencies
from figures
group by grouping sets ((document_id), (document_id, table_code))
