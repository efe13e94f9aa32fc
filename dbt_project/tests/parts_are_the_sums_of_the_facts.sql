-- Each outcome, result and figure of table 2 in agency_year is that of the facts: all reports of a year together.
{%- set results = ["upheld", "corrected", "other", "pending", "unattributed"] -%}
{%- set measures = outcome_codes() + disclosed_items() | map("first") | list -%}
{%- for name, _ in venues() -%}
    {%- for result in results -%} {%- do measures.append(name ~ "_" ~ result) -%} {%- endfor -%}
{%- endfor %}

with facts as (
    select agency_id, report_year, outcome_code as measure, sum(applications) as value
    from {{ ref("fct_outcomes") }}
    where outcome_code <> 'unattributed'
    group by all

    {% for name, condition in venues() -%}
    union all

    select agency_id, report_year, '{{ name }}_' || result, sum(cases)
    from {{ ref("fct_litigation") }}
    where {{ condition }}
    group by all

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

unknown as (
    select agency_id, report_year, row_code as measure
    from {{ ref("int_unknown_totals") }}
    where table_code = 'requests' and column_code = 'total'

    {% for name, condition in venues() -%}
    union

    select agency_id, report_year, '{{ name }}_unattributed'
    from (select *, row_code as venue from {{ ref("int_unknown_totals") }} where table_code = 'litigation')
    where {{ condition }}

    union

    select agency_id, report_year, '{{ name }}_' || column_code
    from (select *, row_code as venue from {{ ref("int_doubts") }} where table_code = 'litigation')
    where {{ condition }} and column_code <> 'total'

    {% endfor -%}
),

sums as (
    select report_year, measure, sum(value) as value, count(*) as reports
    from facts
    anti join unknown using (agency_id, report_year, measure)
    where measure is not null
    group by all
),

years as (
    select
        report_year
        {%- for measure in measures %},
        {'value': sum({{ measure }}), 'reports': count({{ measure }})} as {{ measure }}
        {%- endfor %}
    from {{ ref("agency_year") }}
    group by all
),

parts as (
    select report_year, measure, part.value as value, part.reports as reports
    from (unpivot years on {{ measures | join(", ") }} into name measure value part)
)

select report_year, measure, sums.value as facts, parts.value as total, sums.reports, parts.reports as printed_in
from sums
full join parts using (report_year, measure)
where coalesce(sums.value, 0) <> coalesce(parts.value, 0)
    -- Nothing unattributed is 0 where the total is known.
    or (measure not like '%\_unattributed' escape '\' and coalesce(sums.reports, 0) <> coalesce(parts.reports, 0))
