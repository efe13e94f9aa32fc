{# Whether two sentences are much the same: two thirds of their shingles or more, as far as 64 bits tell. #}
{% macro is_alike(one, other) -%}
    bit_count(xor({{ one }}.sketch, {{ other }}.sketch)) <= {{ var("most_bits_apart") }}
    and least({{ one }}.characters, {{ other }}.characters) * 3 >= greatest({{ one }}.characters, {{ other }}.characters) * 2
{%- endmacro %}
