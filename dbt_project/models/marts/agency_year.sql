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
        sum(applications) filter (where outcome_group = 'unattributed') as unattributed
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

-- What cannot be read, or placed: where a part is in doubt and no total is printed, a sum of the others is no total.
unknown as (
    select
        agency_id,
        report_year,
        {% for measure in ["received_new", "carried_in", "carried_out", "granted", "granted_partly"] -%}
        bool_or(row_code = '{{ measure }}' and is_total) as {{ measure }},
        {% endfor -%}
        bool_or(row_code = 'outcomes_total' and is_total) as concluded,
        {% for outcome_group in ["refused", "unavailable", "not_processed", "other"] -%}
        bool_or(outcome_group = '{{ outcome_group }}' and is_total) as {{ outcome_group }},
        {% endfor -%}
        {% for measure, venue in [("reconsiderations", "row_code = 'reconsideration'"), ("suits", "row_code <> 'reconsideration'")] -%}
        bool_or(table_code = 'litigation' and {{ venue }} and is_total) as {{ measure }},
        {% for result in ["corrected", "pending"] -%}
        bool_or(table_code = 'litigation' and {{ venue }} and column_code = '{{ result }}') as {{ measure }}_{{ result }},
        {% endfor -%}
        {% endfor -%}
    from (
        select agency_id, report_year, table_code, row_code, column_code, true as is_total
        from {{ ref("int_unknown_totals") }}
        where column_code = 'total'

        union all

        select agency_id, report_year, table_code, row_code, column_code, false
        from {{ ref("int_doubts") }}
    )
    left join {{ ref("stg_outcomes") }} as stg_outcomes on row_code = outcome_code
    group by agency_id, report_year
),

years as (
    select
        report.agency_id,
        report.report_year,
        report.quality,
        report.covered_by,
        {% for measure in [
            "received_new", "carried_in", "concluded", "carried_out",
            "granted", "granted_partly", "refused", "unavailable", "not_processed", "other",
            "reconsiderations", "reconsiderations_corrected", "reconsiderations_pending",
            "suits", "suits_corrected", "suits_pending",
        ] -%}
        if(unknown.{{ measure }}, null, sums.{{ measure }}) as {{ measure }},
        {% endfor -%}
        if(unknown.concluded or sums.concluded is null, null, coalesce(sums.unattributed, 0)) as unattributed,
        if(
            unknown.granted or unknown.granted_partly,
            null,
            coalesce(sums.granted + sums.granted_partly, sums.granted, sums.granted_partly)
        ) as disclosed,
        sums.received_from_natural_persons
    from {{ ref("report") }} as report
    left join (
        from applications
        full join outcomes using (agency_id, report_year)
        full join litigation using (agency_id, report_year)
    ) as sums using (agency_id, report_year)
    left join unknown using (agency_id, report_year)
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
    years.unattributed,
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
    years.quality,
    years.covered_by
from years
left join years as before
    on years.agency_id = before.agency_id and years.report_year = before.report_year + 1
order by years.agency_id, years.report_year
