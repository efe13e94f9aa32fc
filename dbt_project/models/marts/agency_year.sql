with applications as (
    select
        agency_id,
        report_year,
        sum(received_new) as received_new,
        sum(carried_in) as carried_in,
        sum(concluded) as concluded,
        sum(carried_out) as carried_out,
        sum(received_new) filter (where applicant_type = 'natural_person') as received_from_natural_persons
    from {{ ref("fct_applications") }}
    group by all
),

outcomes as (
    select
        agency_id,
        report_year,
        sum(applications) filter (where outcome_code = 'granted') as granted,
        sum(applications) filter (where outcome_code = 'granted_partly') as granted_partly,
        sum(applications) filter (where outcome_group = 'refused') as refused,
        sum(applications) filter (where outcome_group = 'unavailable') as unavailable,
        sum(applications) filter (where outcome_group = 'not_processed') as not_processed,
        sum(applications) filter (where outcome_group = 'other') as other,
        sum(applications) filter (where outcome_group = 'unattributed') as unattributed,
        sum(applications) filter (where outcome_group = 'granted') as disclosed
    from {{ ref("fct_outcomes") }}
    group by all
),

litigation as (
    select
        agency_id,
        report_year,
        sum(cases) filter (where venue = 'reconsideration') as reconsiderations,
        sum(cases) filter (where venue = 'reconsideration' and result = 'corrected') as reconsiderations_corrected,
        sum(cases) filter (where venue = 'reconsideration' and result = 'pending') as reconsiderations_pending,
        sum(cases) filter (where venue <> 'reconsideration') as suits,
        sum(cases) filter (where venue <> 'reconsideration' and result = 'corrected') as suits_corrected,
        sum(cases) filter (where venue <> 'reconsideration' and result = 'pending') as suits_pending
    from {{ ref("fct_litigation") }}
    group by all
),

years as (
    select
        report.agency_id,
        report.report_year,
        report.quality,
        applications.* exclude (agency_id, report_year),
        outcomes.* exclude (agency_id, report_year),
        litigation.* exclude (agency_id, report_year)
    from {{ ref("report") }} as report
    left join applications using (agency_id, report_year)
    left join outcomes using (agency_id, report_year)
    left join litigation using (agency_id, report_year)
)

select
    years.agency_id,
    years.report_year,
    years.received_new,
    years.carried_in,
    years.concluded,
    years.carried_out,
    years.granted,
    years.granted_partly,
    years.refused,
    years.unavailable,
    years.not_processed,
    years.other,
    if(years.concluded is null, null, coalesce(years.unattributed, 0)) as unattributed,
    years.reconsiderations,
    years.reconsiderations_corrected,
    years.reconsiderations_pending,
    years.suits,
    years.suits_corrected,
    years.suits_pending,
    {{ rate("years.disclosed", "years.concluded") }} as disclosure_rate,
    {{ rate("years.refused", "years.concluded") }} as refusal_rate,
    {{ rate("years.unavailable", "years.concluded") }} as unavailability_rate,
    {{ rate("years.not_processed", "years.concluded") }} as not_processed_rate,
    {{ rate("years.received_from_natural_persons", "years.received_new") }} as natural_person_share,
    {{ rate("years.carried_out", "years.received_new + years.carried_in") }} as carried_out_share,
    {{ rate(
        "years.reconsiderations_corrected", "years.reconsiderations - years.reconsiderations_pending"
    ) }} as reconsideration_corrected_rate,
    {{ rate("years.suits_corrected", "years.suits - years.suits_pending") }} as suit_corrected_rate,
    years.received_new - before.received_new as received_new_change,
    years.concluded - before.concluded as concluded_change,
    years.reconsiderations - before.reconsiderations as reconsiderations_change,
    years.suits - before.suits as suits_change,
    {{ rate("years.received_new - before.received_new", "before.received_new") }} as received_new_growth,
    years.quality
from years
left join years as before
    on years.agency_id = before.agency_id and years.report_year = before.report_year + 1
order by years.agency_id, years.report_year
