-- Sums of the facts by agency and year, a column each. What cannot be read, or placed, is unknown: where a part is in
-- doubt and no total is printed, a sum of the others is no total.
--
-- A blank is not zero, but many reports leave blank what is none: rates that left these out would be rates of those that
-- print a figure. So a rate counts a blank part as none (`..._counted`) where the form's own sums leave nothing for it.
with applications as (
    select
        agency_id,
        report_year,
        {% for measure in intake_rows() + ["concluded"] -%}
        sum({{ measure }}) as {{ measure }},
        {% endfor -%}
        sum(received_new) filter (where applicant_type = 'natural_person') as received_from_natural_persons,
        sum(received_new) filter (where applicant_type = 'unattributed') as received_unattributed
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

doubtful_natural_persons as (
    select distinct agency_id, report_year, true as in_doubt
    from {{ ref("int_doubts") }}
    where table_code = 'requests'
        and (row_code is null or (row_code = 'received_new' and column_code = 'natural_person'))
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

concluded_cases as (
    select
        *,
        total - case
            when total_unknown or pending_unknown then null
            else coalesce(pending, if(unattributed = 0, 0, null))
        end as concluded,
        case
            when not corrected_unknown then coalesce(corrected, if(unattributed = 0 and not total_unknown, 0, null))
        end as corrected_counted
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
        {% for part in ["concluded", "corrected_counted"] -%}
        if(
            bool_and({{ part }} is not null) filter (where {{ condition }}),
            (sum({{ part }}) filter (where {{ condition }}))::decimal(38, 6),
            null
        ) as {{ name }}_{{ part }},
        {% endfor -%}
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
        coalesce(
            applications.received_from_natural_persons,
            if(received_unattributed is null and in_doubt is null and applications.received_new is not null, 0, null)
        )::decimal(38, 6) as received_from_natural_persons,
        {% for measure in outcome_codes() + outcome_groups() -%}
        if(unknown_requests.{{ measure }}, null, outcomes.{{ measure }}) as {{ measure }},
        {% endfor -%}
        if(
            unknown_requests.concluded or applications.concluded is null, null, coalesce(outcomes.unattributed, 0)
        ) as unattributed,
        {% for measure in ["carried_in", "carried_out", "granted", "granted_partly"] + outcome_groups() -%}
        coalesce(unknown_requests.{{ measure }}, false) as {{ measure }}_unknown,
        {% endfor -%}
        litigation.* exclude (agency_id, report_year),
        disclosure.* exclude (agency_id, report_year)
    from {{ ref("int_reports") }} as reports
    left join applications using (agency_id, report_year)
    left join outcomes using (agency_id, report_year)
    left join unknown_requests using (agency_id, report_year)
    left join doubtful_natural_persons using (agency_id, report_year)
    left join litigation using (agency_id, report_year)
    left join disclosure using (agency_id, report_year)
    where reports.is_current
),

balanced as (
    select
        *,
        not carried_in_unknown
            and not carried_out_unknown
            and received_new + coalesce(carried_in, 0) = concluded + coalesce(carried_out, 0) as is_balanced
    from known
)

select
    * exclude (
        is_balanced, carried_in_unknown, carried_out_unknown, granted_unknown, granted_partly_unknown
        {%- for outcome_group in outcome_groups() %}, {{ outcome_group }}_unknown {%- endfor %}
    ),
    case
        when granted_unknown or granted_partly_unknown then null
        when granted is not null and granted_partly is not null then granted + granted_partly
        when unattributed = 0 then coalesce(granted, 0) + coalesce(granted_partly, 0)
    end::decimal(38, 6) as disclosed,
    {% for outcome_group in ["refused", "unavailable", "not_processed"] -%}
    case
        when not {{ outcome_group }}_unknown then coalesce({{ outcome_group }}, if(unattributed = 0, 0, null))
    end::decimal(38, 6) as {{ outcome_group }}_counted,
    {% endfor -%}
    (received_new + coalesce(carried_in, if(is_balanced, 0, null)))::decimal(38, 6) as on_hand,
    coalesce(carried_out, if(is_balanced, 0, null))::decimal(38, 6) as carried_out_counted,
    (reconsiderations + suits_direct)::decimal(38, 6) as disputes
from balanced
