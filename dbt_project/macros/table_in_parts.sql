{#
    A table that is made in parts, some hundred documents at a time: what is listed for each group cannot leave
    memory, so that its size must not grow with the number of documents. The model takes, wherever it names
    documents, only those `in_part`. Its target is new in each build.

    Each part is a pass over what the model reads. So that there are no more of them than needed, `parts_of` names the
    relation that holds the `document_id` of each document with something to list; all reports where it is not given.
#}
{% materialization table_in_parts, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set listed = config.get("parts_of") -%}
    {%- set parts = run_query("select 1 + count(distinct document_id) // "
        ~ config.get("documents_in_part", var("documents_in_part")) ~ " from "
        ~ (ref(listed) if listed else source("landing", "reports"))).columns[0][0] -%}
    {{ run_hooks(pre_hooks) }}
    {%- for part in range(parts) -%}
        {#- Each part is committed on its own: what is not committed cannot leave memory either. -#}
        {%- call statement("main", auto_begin=False) -%}
            set variable parts = {{ parts }};
            set variable part = {{ part }};
            {% if loop.first -%} create or replace table {{ target_relation }} as
            {%- else -%} insert into {{ target_relation }} {%- endif %} (
            {{ compiled_code }}
            );
            reset variable part;
        {%- endcall -%}
    {%- endfor -%}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{# Whether a document belongs to the part that is being made; all do where a model is not made in parts. #}
{% macro in_part(document_id="document_id") -%}
coalesce(hash({{ document_id }}) % getvariable('parts') = getvariable('part'), true)
{%- endmacro %}
