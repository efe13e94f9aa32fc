{#
    A table of a file that is new in each build: it is made under its own name, in one transaction with its comments. dbt's
    own makes it beside the one of the last run, which is not there, and renames both.
#}
{% materialization table, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main") -%}
        {{- create_table_as(False, target_relation, compiled_code) -}}
    {%- endcall -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{# A view in the same way. #}
{% materialization view, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="view") -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main", auto_begin=False) -%}
        create or replace view {{ target_relation }} as (
        {{ compiled_code }}
        );
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}
