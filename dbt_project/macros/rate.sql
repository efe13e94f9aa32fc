{# A share or rate as DOUBLE; null where the denominator is zero or either side is unknown. #}
{% macro rate(numerator, denominator) -%}
(({{ numerator }})::double / nullif(({{ denominator }})::double, 0))
{%- endmacro %}
