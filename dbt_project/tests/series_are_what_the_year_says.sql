-- A series that agency_year has by the same name has the same value there, and series that are the whole of others are
-- their sum; but for what is unknown. No break stands without its reason.
with years as (
    select agency_id, report_year, series, value
    from {{ ref("series_year") }}
    where value is not null and form is distinct from '2014'
),

totals as (
    from (
        unpivot (
            select agency_id, report_year, received_new, carried_in, concluded, carried_out, disclosed, refused, unavailable,
                not_processed, other, reconsiderations, reconsiderations_corrected, suits, suits_direct,
                suits_after_reconsideration, licensing_decisions, fees
            from {{ ref("agency_year") }}
        )
        on columns(* exclude (agency_id, report_year))
        into name series value total
    )
),

-- The annex divides otherwise.
wholes as (
    select *
    from (
        values
            ('disclosed', ['granted', 'granted_partly']),
            ('suits', ['suits_direct', 'suits_after_reconsideration']),
            ('unavailable', ['unavailable_not_held', 'unavailable_needs_creation', 'unavailable_unclear'])
    ) as named (series, parts)
),

sums as (
    select years.agency_id, years.report_year, years.series, years.value, sum(part.value) as total
    from years
    join wholes using (series)
    join years as part
        on years.agency_id = part.agency_id
        and years.report_year = part.report_year
        and list_contains(wholes.parts, part.series)
    group by years.agency_id, years.report_year, years.series, years.value, wholes.parts
    having count(*) = len(wholes.parts)
)

select agency_id, report_year, series, value, total, 'agency_year' as held_against
from years
join totals using (agency_id, report_year, series)
where value <> total

union all

select agency_id, report_year, series, value, total, 'its parts'
from sums
where value <> total

union all

select agency_id, report_year, series, value, null, 'no reason'
from {{ ref("series_year") }}
where is_break and (reason_zh is null or reason_en is null)
