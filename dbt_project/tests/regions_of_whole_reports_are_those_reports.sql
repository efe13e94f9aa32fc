-- Where a government reports for all below it, its region holds its figures and nothing beside them.
select regions.division_code, regions.report_year, regions.received_new, regions.concluded
from {{ ref("region_year") }} as regions
anti join (
    select
        if(standing = 'office', subordination[-2], subordination[-1]) as division_code,
        report_year,
        received_new,
        concluded
    from {{ ref("int_reports") }}
    join {{ ref("agency_year") }} using (agency_id, report_year)
    where is_current and int_reports.scope = 'whole'
) as wholes
    on regions.division_code = wholes.division_code
        and regions.report_year = wholes.report_year
        and regions.received_new is not distinct from wholes.received_new
        and regions.concluded is not distinct from wholes.concluded
where regions.basis = 'government'
