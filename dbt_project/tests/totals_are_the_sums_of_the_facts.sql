-- A total of agency_year is the sum of its facts, or null because it is unknown.
{%- set measures = intake_rows() + ["concluded", "concluded_by_outcomes", "unattributed", "granted", "granted_partly"]
    + outcome_groups() + venues() | map("first") | list %}

with outcomes as (
    select agency_id, report_year, if(outcome_group = 'granted', outcome_code, outcome_group) as measure, applications
    from {{ ref("fct_outcomes") }}
),

facts as (
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

    from (
        select agency_id, report_year, measure, sum(applications) as value
        from outcomes
        group by all
    )

    union all

    from (
        select agency_id, report_year, 'concluded_by_outcomes', sum(applications)
        from outcomes
        group by all
    )

    {% for name, condition in venues() -%}
    union all

    select agency_id, report_year, '{{ name }}', cases
    from {{ ref("fct_litigation") }}
    where {{ condition }}

    {% endfor -%}
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
        on {{ measures | join(", ") }}
        into name measure value value
    )
),

unknown as (
    select
        agency_id,
        report_year,
        unnest(case
            when row_code = 'outcomes_total' then ['concluded', 'concluded_by_outcomes', 'unattributed']
            -- This group has no column: its name is that of one of its two outcomes.
            when outcome_group = 'granted' then [row_code]
            else [row_code, outcome_group]
        end) as measure
    from {{ ref("int_unknown_totals") }}
    left join {{ ref("stg_outcomes") }} on row_code = outcome_code
    where table_code = 'requests' and column_code = 'total'

    {% for name, condition in venues() -%}
    union

    select agency_id, report_year, '{{ name }}'
    from (select *, row_code as venue from {{ ref("int_unknown_totals") }} where table_code = 'litigation')
    where {{ condition }}

    {% endfor -%}
)

select
    agency_id,
    report_year,
    measure,
    sums.value as facts,
    totals.value as total,
    unknown.measure is not null as is_unknown
from sums
full join totals using (agency_id, report_year, measure)
left join unknown using (agency_id, report_year, measure)
where case
    when unknown.measure is not null then totals.value is not null
    -- Nothing unattributed is 0 where the total is known.
    when measure = 'unattributed' then coalesce(sums.value, 0) <> totals.value
    else sums.value is distinct from totals.value
end
