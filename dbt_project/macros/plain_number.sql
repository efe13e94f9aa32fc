{# A decimal as people write it, without zeros behind the point that nobody printed. #}
{% macro plain_number(value) -%} rtrim(rtrim(({{ value }})::varchar, '0'), '.') {%- endmacro %}
