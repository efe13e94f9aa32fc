{# What people call a table. #}
{% macro table_zh(table_code) -%}
case {{ table_code }}
    when 'disclosure' then '主动公开政府信息情况表'
    when 'requests' then '收到和处理政府信息公开申请情况表'
    when 'litigation' then '政府信息公开行政复议、行政诉讼情况表'
    when 'statistics' then '政府信息公开情况统计表'
end
{%- endmacro %}

{% macro table_en(table_code) -%} 'the table of ' || {{ table_code }} {%- endmacro %}
