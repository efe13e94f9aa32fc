select
    agency_id,
    report_year,
    applicant_type,
    any_value(value) filter (where row_code = 'received_new') as received_new,
    any_value(value) filter (where row_code = 'carried_in') as carried_in,
    any_value(value) filter (where row_code = 'concluded') as concluded,
    any_value(value) filter (where row_code = 'carried_out') as carried_out,
    any_value(covers.requests_covered_by) as covered_by
from {{ ref("int_requests") }}
left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
where row_code in ('received_new', 'carried_in', 'concluded', 'carried_out')
group by agency_id, report_year, applicant_type
order by agency_id, report_year, applicant_type
