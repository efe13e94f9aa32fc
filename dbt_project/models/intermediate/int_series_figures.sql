-- The figures that series are made of, by the places of the forms: totals of the requests, results and totals of the
-- disputes, what was disclosed, the annex. As in the marts: what cannot be read, or is in a unit that does not fit, has no
-- value; what is not printed has no row.
with requests as (
    select agency_id, report_year, if(measure = 'concluded', 'outcomes_total', measure) as row_code, value
    from (
        unpivot (
            select agency_id, report_year, received_new, carried_in, concluded, carried_out
            from {{ ref("int_year_totals") }}
        )
        on received_new, carried_in, concluded, carried_out
        into name measure value value
    )

    union all

    select agency_id, report_year, outcome_code, sum(applications)
    from {{ ref("fct_outcomes") }}
    where outcome_code <> 'unattributed'
    group by all
),

litigation as (
    select agency_id, report_year, venue as row_code, result as column_code, cases as value
    from {{ ref("fct_litigation") }}
    where result <> 'unattributed'

    union all

    select agency_id, report_year, venue, 'total', sum(cases)
    from {{ ref("fct_litigation") }}
    group by all
),

known as (
    select agency_id, report_year, 'requests' as table_code, row_code, 'total' as column_code, value, null as unit
    from requests

    union all

    select agency_id, report_year, 'litigation', row_code, column_code, value, null
    from litigation

    union all

    select agency_id, report_year, 'disclosure', item, measure, if(unit is null, null, value), unit
    from {{ ref("fct_disclosure") }}

    union all

    select agency_id, report_year, 'statistics', indicator, 'value', if(unit is null, null, value), unit
    from {{ ref("fct_statistics") }}
),

unknown as (
    select agency_id, report_year, table_code, row_code, column_code, true as is_unknown
    from {{ ref("int_unknown_totals") }}
    where column_code = 'total'

    union

    select agency_id, report_year, table_code, row_code, column_code, true
    from {{ ref("int_doubts") }}
    where table_code <> 'requests' and row_code is not null and column_code <> 'total'
)

select
    agency_id,
    report_year,
    table_code,
    row_code,
    column_code,
    if(is_unknown, null, value)::decimal(38, 6) as value,
    unit
from known
full join unknown using (agency_id, report_year, table_code, row_code, column_code)
