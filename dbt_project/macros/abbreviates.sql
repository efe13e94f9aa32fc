{# Whether all characters of `short` stand in `long`, in their order. #}
{% macro abbreviates(short, long) -%}
regexp_matches(
    {{ long }},
    array_to_string(list_transform(string_split({{ short }}, ''), lambda letter: regexp_escape(letter)), '.*')
)
{%- endmacro %}
