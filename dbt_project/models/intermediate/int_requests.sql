{#
    Table 3 of a report crosses the six types of applicants with the outcomes, and prints totals of both: a total
    of each row, a total of each column (（七）总计) and one of all. Any of them may be wrong, blank or unreadable.
    Here the crossing is completed by `unattributed` in both directions, so that its sums are the printed totals
    whatever was printed:

        outcome x type          as printed
        unattributed x type     total of the type      less its printed outcomes
        outcome x unattributed  total of the outcome   less its printed types
        unattributed x unattributed   total of all     less all the others

    Where a total is blank, the sum of its parts stands for it. Where it is unknown (int_unknown_totals), nothing does:
    the parts stay as printed, nothing is unattributed, and a type has no `concluded`. What is printed as a number stays
    as it is; what is not a number adds nothing, and is not zero: `unattributed` appears where it is not zero, or where
    a total has no parts.
#}
with unknown as (
    select agency_id, report_year, column_code
    from {{ ref("int_unknown_totals") }}
    where table_code = 'requests' and row_code = 'outcomes_total'
),

outcome_totals as (
    select agency_id, report_year, row_code, printed, parts, total
    from {{ ref("int_current_sums") }}
    where table_code = 'requests'
        and parts_are = 'types'
        and row_code in (select outcome_code from {{ ref("stg_outcomes") }})
),

type_totals as (
    select agency_id, report_year, column_code, printed, parts, total
    from {{ ref("int_current_sums") }}
    where table_code = 'requests' and parts_are = 'outcomes' and column_code <> 'total'
),

known_type_totals as (
    from type_totals
    anti join unknown using (agency_id, report_year, column_code)
),

-- （七）总计 of all applicants: as printed; else the sum of the row that it ends, if any of that is printed; else the
-- sum of the outcomes.
grand_totals as (
    select
        agency_id,
        report_year,
        coalesce(printed.value, if(by_type.is_printed, by_type.total, by_outcome.total)) as total,
        by_type.total as by_type
    from (
        select agency_id, report_year, printed as value
        from {{ ref("int_current_sums") }}
        where table_code = 'requests' and parts_are = 'outcomes' and column_code = 'total' and printed is not null
    ) as printed
    full join (
        select agency_id, report_year, sum(total) as total, bool_or(printed is not null) as is_printed
        from known_type_totals
        group by all
    ) as by_type using (agency_id, report_year)
    full join (
        select agency_id, report_year, sum(total) as total
        from outcome_totals
        group by all
    ) as by_outcome using (agency_id, report_year)
    anti join (select * from unknown where column_code = 'total') as unknown using (agency_id, report_year)
),

crossed as (
    select agency_id, report_year, row_code, column_code, value
    from {{ ref("int_numbers") }}
    where table_code = 'requests' and column_code <> 'total' and row_code in (select outcome_code from {{ ref("stg_outcomes") }})

    union all

    select agency_id, report_year, 'unattributed', column_code, total - coalesce(parts, 0)
    from type_totals
    where parts is null or total <> parts

    union all

    select agency_id, report_year, row_code, 'unattributed', total - coalesce(parts, 0)
    from outcome_totals
    where parts is null or total <> parts
),

-- All that is crossed: each type comes to its total, and each outcome adds what it has beyond the types.
crossed_sums as (
    select agency_id, report_year, sum(value) as value
    from (
        select agency_id, report_year, total as value
        from type_totals

        union all

        select agency_id, report_year, total - coalesce(parts, 0)
        from outcome_totals
    )
    group by all
),

remainders as (
    select agency_id, report_year, total - coalesce(crossed.value, 0) as value, crossed.value is null as is_all
    from grand_totals
    left join crossed_sums as crossed using (agency_id, report_year)
),

concluded as (
    select agency_id, report_year, 'concluded' as row_code, column_code, total as value
    from known_type_totals

    union all

    select agency_id, report_year, 'concluded', 'unattributed', total - coalesce(by_type, 0)
    from grand_totals
    where by_type is null or total <> by_type
),

intake as (
    select agency_id, report_year, row_code, printed, parts
    from {{ ref("int_current_sums") }}
    where table_code = 'requests'
        and parts_are = 'types'
        and row_code in ('received_new', 'carried_in', 'carried_out')
)

select agency_id, report_year, row_code, column_code as applicant_type, value
from crossed

union all

select agency_id, report_year, 'unattributed', 'unattributed', value
from remainders
where is_all or value <> 0

union all

select agency_id, report_year, row_code, column_code, value
from concluded

union all

select agency_id, report_year, row_code, column_code, value
from {{ ref("int_numbers") }}
where table_code = 'requests'
    and row_code in ('received_new', 'carried_in', 'carried_out')
    and column_code <> 'total'

union all

select agency_id, report_year, row_code, 'unattributed', printed - coalesce(parts, 0)
from intake
where printed is not null and (parts is null or printed <> parts)
