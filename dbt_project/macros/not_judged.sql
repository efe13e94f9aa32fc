{#
    The reports for which a rule cannot be judged: rule_code, document_id. `judged` is a relation with one row a document
    and a column named after each rule, true where it can be; of a document that it lacks none can.
#}
{% macro not_judged(judged, rules) -%}
select
    unnest(list_filter(
        [{% for rule in rules %}if(judged.{{ rule }}, null, '{{ rule }}'){{ ", " if not loop.last }}{% endfor %}],
        lambda rule: rule is not null
    )) as rule_code,
    reports.document_id
from {{ ref("int_reports") }} as reports
left join {{ judged }} as judged using (document_id)
{%- endmacro %}
