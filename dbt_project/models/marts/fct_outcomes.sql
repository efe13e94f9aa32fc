select
    requests.agency_id,
    requests.report_year,
    requests.applicant_type,
    requests.row_code as outcome_code,
    coalesce(outcomes.outcome_group, 'unattributed') as outcome_group,
    requests.value as applications,
    covers.requests_covered_by as covered_by
from {{ ref("int_requests") }} as requests
left join {{ ref("stg_outcomes") }} as outcomes on requests.row_code = outcomes.outcome_code
left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
where outcomes.outcome_code is not null or requests.row_code = 'unattributed'
order by agency_id, report_year, applicant_type, outcome_code
