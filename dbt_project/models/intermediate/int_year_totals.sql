-- Sums of the facts by agency and year, a column each. What cannot be read, or placed, is unknown: where a part is in
-- doubt and no total is printed, a sum of the others is no total.
with applications as (
    select
        agency_id,
        report_year,
        {% for measure in intake_rows() + ["concluded"] -%}
        sum({{ measure }}) as {{ measure }},
        {% endfor -%}
        sum(received_new) filter (where applicant_type = 'natural_person') as received_from_natural_persons
    from {{ ref("fct_applications") }}
    group by all
),

-- Types are added up first: what is left to be laid out in columns is a seventh.
outcome_sums as (
    select agency_id, report_year, outcome_code, outcome_group, sum(applications) as applications
    from {{ ref("fct_outcomes") }}
    group by all
),

outcomes as (
    select
        agency_id,
        report_year,
        {% for code in outcome_codes() -%}
        any_value(applications) filter (where outcome_code = '{{ code }}') as {{ code }},
        {% endfor -%}
        {% for outcome_group in outcome_groups() + ["unattributed"] -%}
        sum(applications) filter (where outcome_group = '{{ outcome_group }}') as {{ outcome_group }}
        {{- "," if not loop.last }}
        {% endfor -%}
    from outcome_sums
    group by all
),

unknown_requests as (
    select
        agency_id,
        report_year,
        {% for measure in intake_rows() + outcome_codes() -%}
        bool_or(row_code = '{{ measure }}') as {{ measure }},
        {% endfor -%}
        {% for outcome_group in outcome_groups() -%}
        bool_or(outcome_group = '{{ outcome_group }}') as {{ outcome_group }},
        {% endfor -%}
        bool_or(row_code = 'outcomes_total') as concluded
    from {{ ref("int_unknown_totals") }}
    left join {{ ref("stg_outcomes") }} on row_code = outcome_code
    where table_code = 'requests' and column_code = 'total'
    group by all
),

-- Each venue of table 4 with what is in doubt in it.
venues as (
    select
        agency_id,
        report_year,
        venue,
        sum(cases) as total,
        {% for result in ["upheld", "corrected", "other", "pending"] -%}
        any_value(cases) filter (where result = '{{ result }}') as {{ result }},
        bool_or(in_doubt = '{{ result }}') is true as {{ result }}_unknown,
        {% endfor -%}
        coalesce(any_value(cases) filter (where result = 'unattributed'), 0) as unattributed,
        bool_or(in_doubt = 'total') is true as total_unknown
    from (
        select agency_id, report_year, venue, result, cases, null as in_doubt
        from {{ ref("fct_litigation") }}

        union all

        select agency_id, report_year, row_code, null, null, 'total'
        from {{ ref("int_unknown_totals") }}
        where table_code = 'litigation'

        union all

        select agency_id, report_year, row_code, null, null, column_code
        from {{ ref("int_doubts") }}
        where table_code = 'litigation' and row_code is not null and column_code <> 'total'
    )
    group by all
),

-- A blank number of pending cases is none only where the printed results make up the total; else it is unknown.
concluded_cases as (
    select
        *,
        case
            when total_unknown or pending_unknown then null
            when pending is not null then total - pending
            when unattributed = 0 then total
        end as concluded
    from venues
),

litigation as (
    select
        agency_id,
        report_year,
        {% for name, condition in venues() -%}
        if(bool_or(total_unknown) filter (where {{ condition }}), null, sum(total) filter (where {{ condition }}))
            as {{ name }},
        {% for result in ["upheld", "corrected", "other", "pending"] -%}
        if(
            bool_or({{ result }}_unknown) filter (where {{ condition }}),
            null,
            sum({{ result }}) filter (where {{ condition }})
        ) as {{ name }}_{{ result }},
        {% endfor -%}
        if(bool_or(total_unknown) filter (where {{ condition }}), null, sum(unattributed) filter (where {{ condition }}))
            as {{ name }}_unattributed,
        if(
            bool_and(concluded is not null) filter (where {{ condition }}),
            (sum(concluded) filter (where {{ condition }}))::decimal(38, 6),
            null
        ) as {{ name }}_concluded{{ "," if not loop.last }}
        {% endfor -%}
    from concluded_cases
    group by all
),

-- A figure whose unit does not fit its item, or is not known, is no total.
disclosure as (
    select
        agency_id,
        report_year,
        {% for name, item, measure in disclosed_items() -%}
        any_value(value) filter (where item = '{{ item }}' and measure = '{{ measure }}') as {{ name }}
        {{- "," if not loop.last }}
        {% endfor -%}
    from {{ ref("fct_disclosure") }}
    where unit is not null
    group by all
),

known as (
    select
        reports.agency_id,
        reports.report_year,
        {% for measure in intake_rows() + ["concluded"] -%}
        if(unknown_requests.{{ measure }}, null, applications.{{ measure }}) as {{ measure }},
        {% endfor -%}
        applications.received_from_natural_persons,
        {% for measure in outcome_codes() + outcome_groups() -%}
        if(unknown_requests.{{ measure }}, null, outcomes.{{ measure }}) as {{ measure }},
        {% endfor -%}
        if(
            unknown_requests.concluded or applications.concluded is null, null, coalesce(outcomes.unattributed, 0)
        ) as unattributed,
        unknown_requests.granted or unknown_requests.granted_partly as disclosed_unknown,
        litigation.* exclude (agency_id, report_year),
        disclosure.* exclude (agency_id, report_year)
    from {{ ref("int_reports") }} as reports
    left join applications using (agency_id, report_year)
    left join outcomes using (agency_id, report_year)
    left join unknown_requests using (agency_id, report_year)
    left join litigation using (agency_id, report_year)
    left join disclosure using (agency_id, report_year)
    where reports.is_current
)

select
    * exclude (disclosed_unknown),
    -- One of the two that is blank is none only where the printed outcomes make up the total.
    case
        when disclosed_unknown then null
        when granted is not null and granted_partly is not null then granted + granted_partly
        when unattributed = 0 then coalesce(granted, 0) + coalesce(granted_partly, 0)
    end::decimal(38, 6) as disclosed,
    (received_new + carried_in)::decimal(38, 6) as on_hand,
    (reconsiderations + suits_direct)::decimal(38, 6) as disputes
from known
