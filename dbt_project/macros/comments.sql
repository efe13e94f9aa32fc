{#
    Descriptions as comments of the published tables: what the YAML says of a column, followed by the facts of its
    `meta`, so that the file explains itself: 中文名。说明 | English name. Explanation | unit: 件 | formula: ...
#}
{% macro comment_of(column) -%}
    {%- set facts = column.get("config", {}).get("meta", {}) or column.get("meta", {}) -%}
    {{- column.description | trim -}}
    {%- for name, value in facts.items() %} | {{ name }}: {{ value }}{% endfor -%}
{%- endmacro %}

{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {% for column in column_dict.values() %}
        comment on column {{ relation }}.{{ adapter.quote(column.name) }} is {{ quoted(comment_of(column)) }};
    {% endfor %}
{% endmacro %}

{# The landing tables are sources, which persist_docs does not reach. All at once: each transaction is written to disk. #}
{% macro comment_on_sources() %}
    {% if execute and flags.WHICH == 'build' %}
        begin transaction;
        {% for source in graph.sources.values() %}
            comment on table {{ source.relation_name }} is {{ quoted(source.description) }};
            {% for column in source.columns.values() %}
                comment on column {{ source.relation_name }}.{{ adapter.quote(column.name) }}
                    is {{ quoted(comment_of(column)) }};
            {% endfor %}
        {% endfor %}
        commit;
    {% endif %}
{% endmacro %}

{% macro quoted(text) -%} '{{ text | trim | replace("'", "''") }}' {%- endmacro %}
