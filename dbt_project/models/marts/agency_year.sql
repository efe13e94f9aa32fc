select
    rates.* exclude (function, level, province),
    ranks.* exclude (agency_id, report_year)
from {{ ref("int_year_rates") }} as rates
left join {{ ref("int_year_ranks") }} as ranks using (agency_id, report_year)
order by agency_id, report_year
