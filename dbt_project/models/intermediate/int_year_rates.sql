-- Each rate is a numerator over a denominator that agency_year holds too, so that groups can be rated by their sums.
with years as (
    select
        totals.*,
        report.document_id,
        documents.raw_path,
        report.url,
        report.scope,
        report.covered_by,
        report.quality,
        report.publish_date,
        agencies.function,
        agencies.level,
        agencies.province
    from {{ ref("int_year_totals") }} as totals
    join {{ ref("report") }} as report using (agency_id, report_year)
    join {{ source("landing", "documents") }} as documents using (document_id)
    join {{ ref("dim_agency") }} as agencies using (agency_id)
),

-- The year before, where it has a report; one of another scope counts other agencies' cases.
befores as (
    select agency_id, report_year + 1 as report_year, scope, {{ compared_totals() | join(", ") }}
    from years
)

select
    years.*,
    {{ rate("years.disclosed", "years.concluded") }} as disclosure_rate,
    {% for name, outcome_group in [
        ("refusal_rate", "refused"), ("unavailability_rate", "unavailable"), ("not_processed_rate", "not_processed")
    ] -%}
    {{ rate("years." ~ outcome_group ~ "_counted", "years.concluded") }} as {{ name }},
    {% endfor -%}
    {{ rate("years.received_from_natural_persons", "years.received_new") }} as natural_person_share,
    {{ rate("years.carried_out_counted", "years.on_hand") }} as carried_out_share,
    {{ rate("years.reconsiderations_corrected_counted", "years.reconsiderations_concluded") }} as reconsideration_corrected_rate,
    {{ rate("years.suits_corrected_counted", "years.suits_concluded") }} as suit_corrected_rate,
    {{ rate("100 * years.disputes", "years.concluded") }} as disputes_per_100_concluded,
    {% for family, denominator in [
        ("received", "years.received_new"), ("on_hand", "years.on_hand"), ("concluded", "years.concluded"),
        ("reconsiderations", "years.reconsiderations_concluded"), ("suits", "years.suits_concluded"),
    ] -%}
    {{ denominator }} < {{ var("small_denominator") }} as {{ family }}_is_small,
    {% endfor -%}
    -- A date before the year's end is impossible and gives no time.
    case when publish_date > make_date(years.report_year, 12, 31)
        then publish_date - make_date(years.report_year, 12, 31)
    end::integer as days_to_publication,
    case
        when befores.agency_id is null then 'no_report'
        when befores.scope <> years.scope then 'other_scope'
        else 'comparable'
    end as year_before,
    {% for total in compared_totals() -%}
    if(year_before = 'comparable', years.{{ total }} - befores.{{ total }}, null)::decimal(38, 6) as {{ total }}_change,
    if(
        year_before = 'comparable' and befores.{{ total }} > 0,
        {{ rate("years." ~ total ~ " - befores." ~ total, "befores." ~ total) }},
        null
    ) as {{ total }}_growth{{ "," if not loop.last }}
    {% endfor -%}
from years
left join befores using (agency_id, report_year)
