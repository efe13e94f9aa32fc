-- The parts of a government are the reports whose figures its own is the nearest to hold.
{%- set of_requests = [
    "received_new", "carried_in", "concluded", "carried_out", "granted", "granted_partly", "refused", "unavailable",
    "not_processed", "other",
] %}
{%- set of_litigation = ["reconsiderations", "suits"] %}
with covered as (
    select
        case
            when years.measure in ('reconsiderations', 'suits') then covers.litigation_covered_by
            else covers.requests_covered_by
        end as agency_id,
        years.report_year,
        years.measure,
        sum(years.value) as parts_value,
        count(*) as parts
    from (
        unpivot (
            select agency_id as part_id, report_year, {{ (of_requests + of_litigation) | join(", ") }}
            from {{ ref("agency_year") }}
        )
        on {{ (of_requests + of_litigation) | join(", ") }}
        into name measure value value
    ) as years
    join {{ ref("int_covers") }} as covers on years.part_id = covers.agency_id and years.report_year = covers.report_year
    group by all
)

select
    agency_id,
    report_year,
    measure,
    government.value as government_value,
    covered.parts_value,
    government.value - covered.parts_value as difference,
    covered.parts
from covered
join (
    unpivot (
        select agency_id, report_year, {{ (of_requests + of_litigation) | join(", ") }}
        from {{ ref("agency_year") }}
    )
    on {{ (of_requests + of_litigation) | join(", ") }}
    into name measure value value
) as government using (agency_id, report_year, measure)
join {{ ref("dim_agency") }} as agencies using (agency_id)
where agencies.standing in ('government', 'office')
order by agency_id, report_year, measure
