-- A rule that says it needs nothing can always be judged.
select distinct rule_code
from {{ ref("assessment") }}
join {{ ref("rules") }} as rules using (rule_code)
where state = 'not_assessable' and rules.needs is null
