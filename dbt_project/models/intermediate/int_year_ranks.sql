-- Peers are the reports of one year and scope by agencies of one function, level and province (or the nation). Each
-- measure is ranked among those of them that have it.
with comparables as (
    select
        agency_id,
        report_year,
        scope,
        function,
        level,
        province,
        {% for measure, highest in ranked_measures() -%}
        {{ comparable(measure, highest) }} as {{ measure }}{{ "," if not loop.last }}
        {% endfor -%}
    from {{ ref("int_year_rates") }}
    where function is not null and level is not null and (province is not null or level = 'national')
),

ranked as (
    select
        *,
        count(*) over peers as peers,
        {% for measure, _ in ranked_measures() -%}
        count({{ measure }}) over peers as {{ measure }}_peers,
        rank() over (peers order by {{ measure }} desc nulls last) as {{ measure }}_from_top,
        rank() over (peers order by {{ measure }} nulls last) as {{ measure }}_from_bottom{{ "," if not loop.last }}
        {% endfor -%}
    from comparables
    window peers as (partition by report_year, scope, function, level, province)
)

select
    agency_id,
    report_year,
    peers,
    {% for measure, _ in ranked_measures() -%}
    {% set is_ranked = measure ~ " is not null and " ~ measure ~ "_peers >= " ~ var("smallest_group") -%}
    {{ measure }}_peers,
    if({{ is_ranked }}, {{ measure }}_from_top, null) as {{ measure }}_rank,
    if({{ is_ranked }}, ({{ measure }}_from_bottom - 1) / ({{ measure }}_peers - 1), null) as {{ measure }}_percentile
    {{- "," if not loop.last }}
    {% endfor -%}
from ranked
