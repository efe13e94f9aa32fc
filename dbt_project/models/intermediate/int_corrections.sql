{#
    A pattern that comes from a row is compiled for each text, which takes longer than all the rest; a variable's value
    is a constant.
#}
{{ config(
    pre_hook="set variable correction_marks = (
        select string_agg('(?:' || pattern || ')', '|') from {{ ref('correction_marks') }}
    )"
) }}
select document_id, min(text) as correction
from {{ ref("stg_titles") }}
where regexp_matches(text, getvariable('correction_marks'))
group by document_id
