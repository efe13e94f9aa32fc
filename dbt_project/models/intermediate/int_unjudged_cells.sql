with judged as (
    select
        document_id,
        true as disagreeing_figures,
        true as unreadable_figure,
        true as unplaced_figure,
        true as blank_table,
        true as second_table_set,
        sum(numbers) > 0 as not_a_count,
        bool_or(table_code = 'disclosure' and has_units) as unexpected_unit,
        bool_or(table_code in ('requests', 'litigation') and part_numbers > 0) as blank_total
    from {{ ref("int_tables") }}
    group by document_id
)

{{ not_judged("judged", [
    "disagreeing_figures", "unreadable_figure", "unplaced_figure", "blank_table", "second_table_set", "not_a_count",
    "unexpected_unit", "blank_total",
]) }}
