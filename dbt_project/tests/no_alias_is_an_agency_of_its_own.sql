-- An id is either in use or corrected; one that were both would join an agency twice.
select alias_id
from {{ ref("agency_alias") }} as aliases
join {{ ref("dim_agency") }} as agencies on aliases.alias_id = agencies.agency_id
