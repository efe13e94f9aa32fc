with unjudged as (
    {% for family in ["sums", "cells", "metadata", "versions", "years", "judged", "copies", "statements"] -%}
    from {{ ref("int_unjudged_" ~ family) }}
    {{ "union all by name" if not loop.last }}
    {% endfor -%}
),

broken as (
    select distinct document_id, rule_code
    from {{ ref("finding") }}
)

-- Each report's rules stand together as they come; a sort of so many rows would take longer than all else here.
select
    reports.document_id,
    reports.agency_id,
    reports.report_year,
    rules.rule_code,
    case
        when broken.rule_code is not null then 'broken'
        when unjudged.rule_code is not null then 'not_assessable'
        else 'met'
    end as state
from {{ ref("int_reports") }} as reports
cross join {{ ref("rules") }} as rules
left join broken using (document_id, rule_code)
left join unjudged using (document_id, rule_code)
