-- The outcomes of a trend add up to what was concluded, its disputes to those of the facts; but for what is unknown.
with outcomes as (
    select agency_id, report_year, sum(value) as trend, bool_or(value is null) as is_unknown
    from {{ ref("outcome_trend") }}
    where outcome_group is not null
    group by all
),

cases as (
    select agency_id, report_year, venue, sum(value) as trend
    from {{ ref("litigation_trend") }}
    group by all
),

facts as (
    select agency_id, report_year, venue, sum(cases) as total
    from {{ ref("fct_litigation") }}
    group by all
)

select agency_id, report_year, 'requests' as lines, trend, concluded as total
from {{ ref("agency_year") }}
left join outcomes using (agency_id, report_year)
where concluded is not null and not coalesce(is_unknown, false) and trend is distinct from concluded

union all

select agency_id, report_year, venue, trend, total
from cases
full join facts using (agency_id, report_year, venue)
where trend is distinct from total
