-- Every report stands in the row of the country and in that of its province. Scopes stay apart: a government's report
-- on all its agencies is no peer of one on itself.
with reports as (
    select
        *,
        {% for measure, highest in ranked_measures() -%}
        {{ comparable(measure, highest) }} as comparable_{{ measure }}{{ "," if not loop.last }}
        {% endfor -%}
    from {{ ref("int_year_rates") }}
    where function is not null and level is not null
)

select
    report_year,
    function,
    level,
    scope,
    if(grouping(province) = 1, null, province) as province,
    count(*) as agencies,
    count(*) < {{ var("smallest_group") }} as is_small,
    {% for total in function_totals() -%}
    sum({{ total }}) as {{ total }},
    count({{ total }}) as {{ total }}_agencies,
    {% endfor -%}
    -- Of the group as a whole: the cases put together of the agencies that have both sides of the rate.
    {% for name, factor, numerator, denominator in [
        ("disclosure_rate", 1, "disclosed", "concluded"), ("refusal_rate", 1, "refused_counted", "concluded"),
        ("unavailability_rate", 1, "unavailable_counted", "concluded"),
        ("carried_out_share", 1, "carried_out_counted", "on_hand"),
        ("reconsideration_corrected_rate", 1, "reconsiderations_corrected_counted", "reconsiderations_concluded"),
        ("disputes_per_100_concluded", 100, "disputes", "concluded"),
    ] -%}
    {{ rate(
        factor ~ " * sum(" ~ numerator ~ ") filter (where " ~ denominator ~ " is not null)",
        "sum(" ~ denominator ~ ") filter (where " ~ numerator ~ " is not null)"
    ) }} as {{ name }},
    {% endfor -%}
    {% for measure, _ in ranked_measures() -%}
    {% if measure not in function_totals() -%}
    count(comparable_{{ measure }}) as {{ measure }}_agencies,
    {% endif -%}
    {% for quartile, share in [("q1", 0.25), ("median", 0.5), ("q3", 0.75)] -%}
    if(
        count(comparable_{{ measure }}) >= {{ var("smallest_group") }},
        quantile_cont(comparable_{{ measure }}::double, {{ share }}),
        null
    ) as {{ measure }}_{{ quartile }}{{ "," if not (loop.last and measure == ranked_measures()[-1][0]) }}
    {% endfor -%}
    {% endfor -%}
from reports
group by grouping sets (
    (report_year, function, level, scope),
    (report_year, function, level, scope, province)
)
having grouping(province) = 1 or province is not null
order by report_year, function, level, scope, province
