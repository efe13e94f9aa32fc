{# A place of the form in a report, as int_judged_* name what a judgement is about. The codes are SQL expressions. #}
{% macro place(document_id, table_code, row_code, column_code, table_set="1") -%}
{
    'document_id': {{ document_id }},
    'table_code': {{ table_code }},
    'table_set': {{ table_set }},
    'row_code': {{ row_code }},
    'column_code': {{ column_code }}
}
{%- endmacro %}
