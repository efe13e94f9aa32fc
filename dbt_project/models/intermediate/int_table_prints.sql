{#
    What a report's tables print, as one number: the exclusive or of the hashes of its non-zero figures with their
    places. And how much that tells: the bits that it takes to write down its distinct figures. Stocks tell nothing, since
    they rightly stay the same for years.

    Two reports may rightly print the same figures: with few and small ones that is common, and proves nothing. One whose
    distinct figures take 24 bits is one of 16 million that print figures no larger; as half of them are sums of the
    others, say one of 4,000. That will do for the other years of one agency, of which there are ten. For the other
    agencies, of which there are ten thousand times as many, it takes 36 bits, say one of 260,000, and that in tables that
    have to be filled in the same places besides.
#}
with numbers as (
    select document_id, table_code, row_code, column_code, value
    from {{ ref("int_figures") }}
    where table_set = 1 and state = 'number' and value <> 0
),

prints as (
    -- Of one text: hashes of several arguments are joined by exclusive or, and a figure beside its total would cancel out.
    select document_id, bit_xor(hash(concat_ws('|', table_code, row_code, column_code, value))) as print
    from numbers
    group by document_id
),

bits as (
    select document_id, sum(log2(1 + abs(value))) as bits
    from (
        select distinct document_id, value
        from numbers
        left join {{ ref("measures") }} as measures
            on numbers.table_code = measures.table_code
            and measures.measure = if(numbers.table_code = 'requests', row_code, column_code)
        where not coalesce(measures.is_stock, false)
    )
    group by document_id
)

select
    reports.document_id,
    reports.agency_id,
    reports.report_year,
    reports.agency_name,
    reports.is_current,
    prints.print,
    coalesce(bits.bits, 0) as bits,
    coalesce(bits.bits, 0) >= 24 as tells_years,
    coalesce(bits.bits, 0) >= 36 as tells_agencies
from {{ ref("int_reports") }} as reports
left join prints using (document_id)
left join bits using (document_id)
