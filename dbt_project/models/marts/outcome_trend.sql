-- Outcomes by the codes that both forms have in common, and what came in and was carried over. `concluded` has no row of its
-- own: it is the sum of the outcomes.
with printed as (
    select agency_id, report_year, measure as code, value
    from (
        unpivot (select agency_id, report_year, received_new, carried_in, carried_out from {{ ref("agency_year") }})
        on received_new, carried_in, carried_out
        into name measure value value
    )

    union all

    select agency_id, report_year, outcome_code, sum(applications)
    from {{ ref("fct_outcomes") }}
    group by all
),

unknown as (
    select distinct agency_id, report_year, row_code as code, true as is_unknown
    from {{ ref("int_unknown_totals") }}
    where table_code = 'requests' and column_code = 'total' and row_code <> 'outcomes_total'
),

measures as (
    select
        agency_id,
        report_year,
        coalesce(crosswalk.harmonised_code, code) as measure,
        any_value(outcomes.outcome_group) as outcome_group,
        if(bool_or(is_unknown), null, sum(value)) as value
    from printed
    full join unknown using (agency_id, report_year, code)
    left join (
        from {{ ref("form_crosswalk") }}
        where table_code = 'requests'
    ) as crosswalk using (code)
    left join {{ ref("stg_outcomes") }} as outcomes on code = outcomes.outcome_code
    group by all
),

lines as (
    select
        measures.agency_id,
        measures.report_year,
        measures.measure,
        if(measures.measure = 'unattributed', 'unattributed', measures.outcome_group) as outcome_group,
        measures.value,
        if(
            measures.measure in ('received_new', 'carried_in', 'carried_out'),
            null,
            {{ rate("measures.value", "totals.concluded") }}
        ) as share,
        report.requests_form as form,
        coalesce(stocks.is_stock, false) as is_stock,
        report.covered_by
    from measures
    join {{ ref("report") }} as report using (agency_id, report_year)
    join {{ ref("agency_year") }} as totals using (agency_id, report_year)
    left join {{ ref("measures") }} as stocks on stocks.table_code = 'requests' and stocks.measure = measures.measure
),

trend as (
    {{ with_breaks("lines", "requests", line="measure", code="measure") }}
)

select
    agency_id,
    report_year,
    measure,
    outcome_group,
    value::decimal(38, 6) as value,
    share,
    form,
    is_stock,
    comparable,
    series::integer as series,
    covered_by
from trend
order by agency_id, measure, report_year
