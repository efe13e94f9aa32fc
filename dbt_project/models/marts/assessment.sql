with unjudged as (
    {% for family in ["sums", "cells", "metadata", "versions", "years", "judged", "copies", "statements"] -%}
    from {{ ref("int_unjudged_" ~ family) }}
    {{ "union all by name" if not loop.last }}
    {% endfor -%}
),

-- A bit for each rule, a row for each report: there are fifty times as many assessments as reports.
numbered as (
    select *, 1::hugeint << (row_number() over (order by rule_code))::integer as bit
    from {{ ref("rules") }}
),

judged as (
    select
        document_id,
        coalesce(bit_or(numbered.bit) filter (where is_broken), 0) as broken,
        coalesce(bit_or(numbered.bit) filter (where not is_broken), 0) as unjudged
    from (
        select document_id, rule_code, true as is_broken
        from {{ ref("finding") }}

        union all

        select document_id, rule_code, false
        from unjudged
    )
    join numbered using (rule_code)
    group by document_id
)

-- Each report's rules stand together as they come; a sort of so many rows would take longer than all else here.
select
    reports.document_id,
    reports.agency_id,
    reports.report_year,
    numbered.rule_code,
    case
        when judged.broken & numbered.bit <> 0 then 'broken'
        when judged.unjudged & numbered.bit <> 0 then 'not_assessable'
        else 'met'
    end as state
from {{ ref("int_reports") }} as reports
left join judged using (document_id)
cross join numbered
