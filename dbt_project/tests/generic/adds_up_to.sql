{#
    In each group `by`, the sum of `value` equals the sum of `total_value` in `total`. A missing group is worth 0
    where the other side has one: what is nowhere printed adds nothing.
    `where` and `total_where` choose the rows of either side.
#}
{% test adds_up_to(model, value, by, total, total_value, where="true", total_where="true") %}
with parts as (
    select {{ by | join(", ") }}, sum({{ value }}) as value
    from {{ model }}
    where {{ where }}
    group by all
),

totals as (
    select {{ by | join(", ") }}, sum({{ total_value }}) as value
    from {{ total }}
    where {{ total_where }}
    group by all
)

select {{ by | join(", ") }}, parts.value as parts, totals.value as total
from parts
full join totals using ({{ by | join(", ") }})
where coalesce(parts.value, 0) <> coalesce(totals.value, 0)
{% endtest %}
