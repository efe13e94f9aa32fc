{#
    No two rows have the same values in `columns`. Rows alike have one hash, so that only those that share theirs are
    grouped by the values themselves.
#}
{% test unique_combination(model, columns) %}
with hashed as (
    select {{ columns | join(", ") }}, hash({{ columns | join(", ") }}) as hashed
    from {{ model }}
),

shared as (
    select hashed
    from hashed
    group by hashed
    having count(*) > 1
)

select {{ columns | join(", ") }}, count(*) as row_count
from hashed
semi join shared using (hashed)
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
