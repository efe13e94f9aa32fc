select
    reports.document_id,
    agencies.agency_id,
    reports.report_year,
    reports.title,
    reports.agency_name,
    reports.publish_date,
    reports.signed_date,
    agencies.scope,
    agencies.standing,
    agencies.subordination
from {{ source("landing", "reports") }} as reports
join {{ source("landing", "agencies") }} as agencies using (document_id)
