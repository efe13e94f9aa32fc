select
    rates.* exclude (
        function, level, province, suits_direct_corrected_counted, suits_after_reconsideration_corrected_counted
    ),
    ranks.* exclude (agency_id, report_year)
from {{ ref("int_year_rates") }} as rates
left join {{ ref("int_year_ranks") }} as ranks using (agency_id, report_year)
order by agency_id, report_year
