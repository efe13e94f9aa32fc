{# Schemas are named as configured, without dbt's prefix: their names are a contract. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
