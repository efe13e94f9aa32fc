-- Peers are the reports of one year and scope by agencies of one function, level and province (or the nation). Each
-- measure is ranked among those of them that have it.
with comparables as (
    select
        *,
        function is not null and (province is not null or level = 'national') as has_peers,
        {% for measure, highest in ranked_measures() -%}
        {{ comparable(measure, highest) }} as comparable_{{ measure }}{{ "," if not loop.last }}
        {% endfor -%}
    from {{ ref("int_year_rates") }}
),

ranked as (
    select
        *,
        count(*) over peers as peer_count,
        {% for measure, _ in ranked_measures() -%}
        count(comparable_{{ measure }}) over peers as {{ measure }}_count,
        rank() over (peers order by comparable_{{ measure }} desc nulls last) as {{ measure }}_from_top,
        rank() over (peers order by comparable_{{ measure }} nulls last) as {{ measure }}_from_bottom
        {{- "," if not loop.last }}
        {% endfor -%}
    from comparables
    window peers as (partition by report_year, scope, function, level, province)
)

select
    ranked.* exclude (
        has_peers, peer_count, function, level, province
        {%- for measure, _ in ranked_measures() %},
        comparable_{{ measure }}, {{ measure }}_count, {{ measure }}_from_top, {{ measure }}_from_bottom
        {%- endfor %}
    ),
    if(has_peers, peer_count, null) as peers,
    {% for measure, _ in ranked_measures() -%}
    {% set is_ranked = "has_peers and comparable_" ~ measure ~ " is not null and " ~ measure ~ "_count >= "
        ~ var("smallest_group") -%}
    if(has_peers, {{ measure }}_count, null) as {{ measure }}_peers,
    if({{ is_ranked }}, {{ measure }}_from_top, null) as {{ measure }}_rank,
    if({{ is_ranked }}, ({{ measure }}_from_bottom - 1) / ({{ measure }}_count - 1), null) as {{ measure }}_percentile
    {{- "," if not loop.last }}
    {% endfor -%}
from ranked
order by agency_id, report_year
