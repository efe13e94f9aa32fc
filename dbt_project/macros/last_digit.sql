{# What the last digit of a whole number that is not zero is worth: 100 in 500. #}
{% macro last_digit(value, at_least=1) -%}
greatest({{ at_least }}, power(10, len({{ plain_number(value) }}) - len(rtrim({{ plain_number(value) }}, '0'))))
{%- endmacro %}

{# What the last printed decimal is worth: 0.1 in 12.5. #}
{% macro last_decimal(value) -%} power(10, -len(split_part({{ plain_number(value) }}, '.', 2))) {%- endmacro %}
