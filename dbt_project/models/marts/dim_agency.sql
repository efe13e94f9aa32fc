-- An agency is described as in its latest report.
select
    agency_id,
    agencies.agency_name,
    agencies.agency_full_name,
    agencies.division_code,
    agencies.province,
    agencies.prefecture,
    agencies.county,
    agencies.township,
    agencies.level,
    agencies.function,
    agencies.valid_from,
    agencies.valid_to,
    agencies.successor_agency_id,
    agencies.parent_agency_id,
    agencies.standing
from {{ source("landing", "agencies") }} as agencies
join {{ ref("int_reports") }} as reports using (agency_id, document_id)
qualify row_number() over (
    partition by agency_id order by reports.report_year desc nulls last, reports.is_current desc, document_id
) = 1
order by agency_id
