-- Reports of which no sentence states, in a way that can be judged, what a rule compares.
select rules.rule_code, reports.document_id
from {{ ref("int_reports") }} as reports
cross join (
    select rule_code
    from {{ ref("rules") }}
    where rule_code in ('statement_mismatch', 'statement_unsupported', 'statement_years_mismatch')
) as rules
anti join (
    select document_id, rule_code
    from {{ ref("statement") }}
    where result <> 'not_assessable'
) as judged using (document_id, rule_code)
