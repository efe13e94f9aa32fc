{#
    What agency_year holds, named once: the models that count, rate, rank and group it go by these lists.
#}

{# Rows of table 3 whose total is a column of its own. #}
{% macro intake_rows() -%}
{{ return(["received_new", "carried_in", "carried_out"]) }}
{%- endmacro %}

{# Outcomes of table 3, of both forms. #}
{% macro outcome_codes() -%}
{{ return([
    "granted", "granted_partly",
    "refused_state_secret", "refused_prohibited_by_law", "refused_security_stability", "refused_third_party",
    "refused_internal_affairs", "refused_deliberative", "refused_enforcement_file", "refused_administrative_inquiry",
    "unavailable_not_held", "unavailable_needs_creation", "unavailable_unclear",
    "not_processed_petition", "not_processed_duplicate", "not_processed_publication", "not_processed_excessive",
    "not_processed_reconfirmation",
    "other_not_corrected", "other_fee_unpaid", "other_remaining", "other_undivided",
]) }}
{%- endmacro %}

{# Groups of outcomes that have a column of their own; `granted` has one for each of its two outcomes. #}
{% macro outcome_groups() -%}
{{ return(["refused", "unavailable", "not_processed", "other"]) }}
{%- endmacro %}

{# Venues of table 4 as agency_year calls them, each with the condition on `venue`. #}
{% macro venues() -%}
{{ return([
    ("reconsiderations", "venue = 'reconsideration'"),
    ("suits_direct", "venue = 'litigation_direct'"),
    ("suits_after_reconsideration", "venue = 'litigation_after_reconsideration'"),
    ("suits", "venue <> 'reconsideration'"),
]) }}
{%- endmacro %}

{# Figures of table 2, each with its item and measure; of both forms, which count some of them differently. #}
{% macro disclosed_items() -%}
{{ return([
    ("regulations_issued", "regulation", "issued"),
    ("regulations_repealed", "regulation", "repealed"),
    ("regulations_in_force", "regulation", "in_force"),
    ("normative_documents_issued", "normative_document", "issued"),
    ("normative_documents_repealed", "normative_document", "repealed"),
    ("normative_documents_in_force", "normative_document", "in_force"),
    ("licensing_decisions", "licensing", "decisions"),
    ("penalty_decisions", "penalty", "decisions"),
    ("coercion_decisions", "coercion", "decisions"),
    ("fees", "fees", "amount_10k_yuan"),
    ("regulations_made_new", "regulation", "made_new"),
    ("regulations_published_new", "regulation", "published_new"),
    ("regulations_published_total", "regulation", "published_total"),
    ("normative_documents_made_new", "normative_document", "made_new"),
    ("normative_documents_published_new", "normative_document", "published_new"),
    ("normative_documents_published_total", "normative_document", "published_total"),
    ("other_public_service_decisions", "other_public_service", "decisions"),
    ("procurement_projects", "procurement", "projects"),
    ("procurement_amount", "procurement", "amount"),
]) }}
{%- endmacro %}

{# Totals that are held against the year before. #}
{% macro compared_totals() -%}
{{ return([
    "received_new", "concluded", "carried_out", "refused", "reconsiderations", "suits", "disputes",
]) }}
{%- endmacro %}

{# Totals that are added up by function. #}
{% macro function_totals() -%}
{{ return([
    "received_new", "carried_in", "on_hand", "concluded", "carried_out", "disclosed", "refused", "unavailable",
    "not_processed", "reconsiderations", "reconsiderations_corrected", "reconsiderations_concluded",
    "suits", "suits_corrected", "suits_concluded", "disputes",
]) }}
{%- endmacro %}

{# What is ranked among peers, each with the highest value that is no misprint: a share is at most 1. #}
{% macro ranked_measures() -%}
{{ return([
    ("received_new", none), ("concluded", none), ("disclosure_rate", 1), ("refusal_rate", 1),
    ("unavailability_rate", 1), ("carried_out_share", 1), ("reconsideration_corrected_rate", 1),
    ("disputes_per_100_concluded", none),
]) }}
{%- endmacro %}

{# A value that can be compared: null where it is negative or more than the whole, which only misprints are. #}
{% macro comparable(measure, highest) -%}
case when {{ measure }} >= 0 {%- if highest is not none %} and {{ measure }} <= {{ highest }} {%- endif %} then {{ measure }} end
{%- endmacro %}
