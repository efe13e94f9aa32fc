{# Persist the descriptions of the landing tables as comments, as persist_docs does for models. #}
{% macro comment_on_sources() %}
    {% if execute and flags.WHICH == 'build' %}
        {% for source in graph.sources.values() %}
            comment on table {{ source.relation_name }} is {{ quoted(source.description) }};
            {% for column in source.columns.values() %}
                comment on column {{ source.relation_name }}.{{ adapter.quote(column.name) }}
                    is {{ quoted(column.description) }};
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro quoted(text) -%} '{{ text | trim | replace("'", "''") }}' {%- endmacro %}
