-- As many rows as reports times rules: none is lost, none doubled.
select assessed, expected
from (select count(*) as assessed from {{ ref("assessment") }})
cross join (
    select (select count(*) from {{ ref("int_reports") }}) * (select count(*) from {{ ref("rules") }}) as expected
)
where assessed <> expected
