{# Which printing of the tables a finding is about, where it is not the first. #}
{% macro table_set_zh(table_set) -%} if({{ table_set }} > 1, '（第' || {{ table_set }} || '套表）', '') {%- endmacro %}

{% macro table_set_en(table_set) -%} if({{ table_set }} > 1, ' (table set ' || {{ table_set }} || ')', '') {%- endmacro %}
