-- A total of agency_year is the sum of its facts, or null because it is unknown.
{%- set results = ["upheld", "corrected", "other", "pending", "unattributed"] -%}
{%- set measures = intake_rows() + ["concluded", "concluded_by_outcomes", "unattributed"] + outcome_codes()
    + outcome_groups() + disclosed_items() | map("first") | list -%}
{%- for name, _ in venues() -%}
    {%- do measures.append(name) -%}
    {%- for result in results -%} {%- do measures.append(name ~ "_" ~ result) -%} {%- endfor -%}
{%- endfor %}

with outcomes as (
    select agency_id, report_year, outcome_code, outcome_group, sum(applications) as value
    from {{ ref("fct_outcomes") }}
    group by all
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

    select agency_id, report_year, outcome_code, value
    from outcomes

    union all

    select agency_id, report_year, outcome_group, value
    from outcomes
    where outcome_group not in ('granted', 'unattributed')

    union all

    select agency_id, report_year, 'concluded_by_outcomes', value
    from outcomes

    {% for name, condition in venues() -%}
    union all

    select agency_id, report_year, unnest(['{{ name }}', '{{ name }}_' || result]), cases
    from {{ ref("fct_litigation") }}
    where {{ condition }}

    {% endfor -%}
    union all

    select
        agency_id,
        report_year,
        case
            {% for name, item, measure in disclosed_items() -%}
            when item = '{{ item }}' and measure = '{{ measure }}' then '{{ name }}'
            {% endfor -%}
        end,
        value
    from {{ ref("fct_disclosure") }}
    where unit is not null
),

sums as (
    select agency_id, report_year, measure, sum(value) as value
    from facts
    where measure is not null
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
            else [row_code, outcome_group]
        end) as measure
    from {{ ref("int_unknown_totals") }}
    left join {{ ref("stg_outcomes") }} on row_code = outcome_code
    where table_code = 'requests' and column_code = 'total'

    {% for name, condition in venues() -%}
    union

    select agency_id, report_year, unnest(['{{ name }}', '{{ name }}_unattributed'])
    from (select *, row_code as venue from {{ ref("int_unknown_totals") }} where table_code = 'litigation')
    where {{ condition }}

    union

    select agency_id, report_year, '{{ name }}_' || column_code
    from (select *, row_code as venue from {{ ref("int_doubts") }} where table_code = 'litigation')
    where {{ condition }} and column_code <> 'total'

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
    when measure like '%unattributed' then coalesce(sums.value, 0) <> coalesce(totals.value, 0)
    else sums.value is distinct from totals.value
end
