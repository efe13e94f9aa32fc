-- Of a type whose total is unknown the outcomes stand alone; what they may lack of the total of all is then with the
-- unattributed type, which cannot be held against its own outcomes.
with outcomes as (
    select agency_id, report_year, applicant_type, sum(applications) as outcomes
    from {{ ref("fct_outcomes") }}
    group by all
),

unknown as (
    select agency_id, report_year, column_code as applicant_type
    from {{ ref("int_unknown_totals") }}
    where table_code = 'requests' and row_code = 'outcomes_total' and column_code <> 'total'

    union

    select agency_id, report_year, 'unattributed'
    from {{ ref("int_unknown_totals") }}
    where table_code = 'requests' and row_code = 'outcomes_total'
)

select agency_id, report_year, applicant_type, outcomes, concluded
from outcomes
full join {{ ref("fct_applications") }} using (agency_id, report_year, applicant_type)
anti join unknown using (agency_id, report_year, applicant_type)
where coalesce(outcomes, 0) <> coalesce(concluded, 0)
