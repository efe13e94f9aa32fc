with numbers as (
    select agency_id, report_year, row_code as venue, column_code as result, value
    from {{ ref("int_numbers") }}
    where table_code = 'litigation'
),

totals as (
    select
        agency_id,
        report_year,
        venue,
        any_value(value) filter (where result = 'total') as printed,
        sum(value) filter (where result <> 'total') as parts
    from numbers
    group by all
),

cases as (
    select agency_id, report_year, venue, result, value
    from numbers
    where result <> 'total'

    union all

    select agency_id, report_year, venue, 'unattributed', printed - coalesce(parts, 0)
    from totals
    where printed is not null and (parts is null or printed <> parts)
)

select agency_id, report_year, venue, result, value as cases, covers.litigation_covered_by as covered_by
from cases
left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
order by agency_id, report_year, venue, result
