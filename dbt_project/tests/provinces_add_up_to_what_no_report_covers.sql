-- Over all provinces, the regions hold what `covered_by is null` holds, of the agencies that stand under a province.
with provinces as (
    select report_year, sum(received_new) as received_new, sum(concluded) as concluded, sum(suits) as suits,
        sum(reconsiderations) as reconsiderations
    from {{ ref("region_year") }}
    where level = 'province'
    group by report_year
),

uncovered as (
    select
        report_year,
        sum(received_new) filter (where requests_covered_by is null) as received_new,
        sum(concluded) filter (where requests_covered_by is null) as concluded,
        sum(suits) filter (where litigation_covered_by is null) as suits,
        sum(reconsiderations) filter (where litigation_covered_by is null) as reconsiderations
    from {{ ref("agency_year") }}
    join {{ ref("int_reports") }} using (agency_id, report_year)
    left join {{ ref("int_covers") }} using (agency_id, report_year)
    where is_current
        and subordination[1] in (select division_code from {{ source("landing", "divisions") }} where level = 'province')
    group by report_year
)

select *
from provinces
full join uncovered using (report_year)
where provinces.received_new is distinct from uncovered.received_new
    or provinces.concluded is distinct from uncovered.concluded
    or provinces.suits is distinct from uncovered.suits
    or provinces.reconsiderations is distinct from uncovered.reconsiderations
