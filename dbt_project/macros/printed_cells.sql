{# The cells that a finding is about, with their places, as JSON. `cell` is an alias of int_cells. #}
{% macro printed_cells(cell, where="true") -%}
to_json(list(
    {
        'document_id': {{ cell }}.printed_in,
        'table_code': {{ cell }}.table_code,
        'table_set': {{ cell }}.table_set,
        'row_code': {{ cell }}.row_code,
        'column_code': {{ cell }}.column_code,
        'raw_text': {{ cell }}.raw_text,
        'table_index': {{ cell }}.table_index,
        'row_index': {{ cell }}.row_index,
        'column_index': {{ cell }}.column_index,
        'page': {{ cell }}.page
    }
    order by {{ cell }}.printed_in, {{ cell }}.table_index, {{ cell }}.row_index, {{ cell }}.column_index
) filter (where {{ where }}))
{%- endmacro %}

{# The sightings of metadata that a finding is about, as JSON. `evidence` is an alias of landing.evidence. #}
{% macro sighted(evidence, where="true") -%}
to_json(list(
    {
        'document_id': {{ evidence }}.document_id,
        'field': {{ evidence }}.field,
        'value': {{ evidence }}.value,
        'rule': {{ evidence }}.rule,
        'location': {{ evidence }}.location,
        'excerpt': {{ evidence }}.excerpt
    }
    order by {{ evidence }}.field, {{ evidence }}.value, {{ evidence }}.rule, {{ evidence }}.location
) filter (where {{ where }}))
{%- endmacro %}

{% macro no_cells() -%} '[]'::json {%- endmacro %}
