-- An id of an agency that is not in this build would lead nowhere.
select alias_id, agency_id
from {{ source("landing", "agency_aliases") }}
semi join {{ ref("dim_agency") }} using (agency_id)
order by alias_id
