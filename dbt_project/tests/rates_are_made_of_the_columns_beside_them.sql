-- Each derived total and each rate of agency_year can be had again from the columns beside it.
with years as (
    from {{ ref("agency_year") }}
)

select agency_id, report_year
from years
where disputes is distinct from reconsiderations + suits_direct
    or on_hand <> received_new + carried_in
    or disclosed <> granted + granted_partly
    or disclosed + refused + unavailable + not_processed + other + unattributed <> concluded
    or suits <> suits_direct + suits_after_reconsideration
    or suits_concluded <> suits_direct_concluded + suits_after_reconsideration_concluded
    {% for name in ["reconsiderations", "suits_direct", "suits_after_reconsideration"] -%}
    or {{ name }}_concluded <> {{ name }} - {{ name }}_pending
    {% endfor -%}
    {% for rate, numerator, denominator in [
        ("disclosure_rate", "disclosed", "concluded"),
        ("refusal_rate", "refused_counted", "concluded"),
        ("unavailability_rate", "unavailable_counted", "concluded"),
        ("not_processed_rate", "not_processed_counted", "concluded"),
        ("natural_person_share", "received_from_natural_persons", "received_new"),
        ("carried_out_share", "carried_out_counted", "on_hand"),
        ("reconsideration_corrected_rate", "reconsiderations_corrected_counted", "reconsiderations_concluded"),
        ("suit_corrected_rate", "suits_corrected_counted", "suits_concluded"),
        ("disputes_per_100_concluded", "disputes * 100", "concluded"),
    ] -%}
    or ({{ rate }} is null) <> ({{ numerator }} is null or {{ denominator }} is null or {{ denominator }} = 0)
    or abs({{ rate }} * {{ denominator }}::double - {{ numerator }}::double) > 1e-6 * (1 + abs({{ numerator }}::double))
    {% endfor -%}
    {% for total in [
        "refused", "unavailable", "not_processed", "carried_out", "reconsiderations_corrected", "suits_corrected"
    ] -%}
    or {{ total }}_counted <> {{ total }}
    {% endfor %}
