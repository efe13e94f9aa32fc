-- A sum is judged only where its total is printed beside at least one part and no part is in doubt: blanks beside
-- numbers are nothing printed, a part that cannot be read or placed could be anything. Parts that exceed their
-- total even without it are wrong all the same.
with unplaced as (
    select distinct document_id, table_code, table_set
    from {{ ref("int_cells") }}
    where table_code in ('requests', 'litigation') and status = 'unplaced'
),

balances as (
    select
        document_id,
        table_code,
        table_set,
        column_code,
        any_value(value) filter (where row_code = 'received_new')
        + coalesce(any_value(value) filter (where row_code = 'carried_in'), 0) as left_value,
        any_value(value) filter (where row_code = 'outcomes_total')
        + coalesce(any_value(value) filter (where row_code = 'carried_out'), 0) as right_value,
        bool_or(state = 'unreadable') as has_unreadable,
        count(value) = 4 as has_all
    from {{ ref("int_figures") }}
    where table_code = 'requests' and row_code in ('received_new', 'carried_in', 'outcomes_total', 'carried_out')
    group by document_id, table_code, table_set, column_code
    having left_value <> right_value and not has_unreadable
)

select
    case sums.parts_are
        when 'types' then 'applicant_types_sum'
        when 'outcomes' then 'outcomes_sum'
        when 'results' then 'litigation_results_sum'
    end as rule_code,
    sums.document_id,
    sums.table_code,
    sums.table_set,
    if(sums.parts_are = 'outcomes', null, sums.row_code) as row_code,
    if(sums.parts_are = 'outcomes', sums.column_code, null) as column_code,
    sums.parts as left_value,
    sums.total as right_value
from {{ ref("int_sums") }} as sums
left join unplaced using (document_id, table_code, table_set)
where sums.parts <> sums.total
    and (sums.parts > sums.total or not (sums.has_unreadable_parts or unplaced.document_id is not null))

union all

select
    'requests_balance',
    balances.document_id,
    balances.table_code,
    balances.table_set,
    null,
    balances.column_code,
    balances.left_value,
    balances.right_value
from balances
left join unplaced using (document_id, table_code, table_set)
where balances.has_all or unplaced.document_id is null
