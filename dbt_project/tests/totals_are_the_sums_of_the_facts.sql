-- A total of agency_year is the sum of its facts, or null because it is unknown.
with facts as (
    select agency_id, report_year, measure, value
    from (
        unpivot (
            select agency_id, report_year, received_new, carried_in, concluded, carried_out
            from {{ ref("fct_applications") }}
        )
        on received_new, carried_in, concluded, carried_out
        into name measure value value
    )

    union all

    select
        agency_id,
        report_year,
        if(outcome_group = 'granted', outcome_code, outcome_group),
        applications
    from {{ ref("fct_outcomes") }}

    union all

    select agency_id, report_year, 'concluded_by_outcomes', applications
    from {{ ref("fct_outcomes") }}

    union all

    select agency_id, report_year, if(venue = 'reconsideration', 'reconsiderations', 'suits'), cases
    from {{ ref("fct_litigation") }}
),

sums as (
    select agency_id, report_year, measure, sum(value) as value
    from facts
    group by all
),

totals as (
    select agency_id, report_year, measure, value
    from (
        unpivot (
            select *, concluded as concluded_by_outcomes
            from {{ ref("agency_year") }}
        )
        on received_new, carried_in, concluded, concluded_by_outcomes, carried_out, granted, granted_partly, refused,
            unavailable, not_processed, other, unattributed, reconsiderations, suits
        into name measure value value
    )
),

unknown as (
    select
        agency_id,
        report_year,
        case
            when table_code = 'litigation' then if(row_code = 'reconsideration', 'reconsiderations', 'suits')
            when row_code = 'outcomes_total'
                then unnest(['concluded', 'concluded_by_outcomes', 'unattributed'])
            when outcome_group = 'granted' then outcome_code
            else coalesce(outcome_group, row_code)
        end as measure
    from {{ ref("int_unknown_totals") }}
    left join {{ ref("stg_outcomes") }} on row_code = outcome_code
    where column_code = 'total'
)

select agency_id, report_year, measure, sums.value as facts, totals.value as total, unknown.measure is not null as is_unknown
from sums
full join totals using (agency_id, report_year, measure)
left join (select distinct * from unknown) as unknown using (agency_id, report_year, measure)
where case
    when unknown.measure is not null then totals.value is not null
    -- Nothing unattributed is 0 where the total is known.
    when measure = 'unattributed' then coalesce(sums.value, 0) <> totals.value
    else sums.value is distinct from totals.value
end
