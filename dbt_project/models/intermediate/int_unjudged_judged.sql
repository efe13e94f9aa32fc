-- What int_judged judges is not assessable for all other reports.
{% set rules = [
    "implausible_change", "in_force_mismatch", "suit_without_reconsideration", "amount_unit_mismatch", "missing_year",
    "regulation_without_power", "blank_figure", "blanks_for_noughts", "late_publication", "empty_section", "silent_on_fees",
    "annex_received_sum", "annex_concluded_sum", "annex_answered_sum", "annex_refused_sum", "annex_reconsiderations_sum",
    "annex_suits_sum", "annex_staff_sum", "annex_part_exceeds_whole", "annex_answered_mismatch",
] -%}
with judged as (
    select
        document_id,
        {% for rule in rules -%}
        bool_or(rule_code = '{{ rule }}') as {{ rule }}{{ "," if not loop.last }}
        {% endfor -%}
    from {{ ref("int_judged") }}
    group by document_id
)

{{ not_judged("judged", rules) }}
