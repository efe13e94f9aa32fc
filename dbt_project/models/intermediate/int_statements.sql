-- Statements whose measure the tables print, each with its report and the report of the year before, if that is here and
-- of the same scope.
select
    statements.*,
    reports.agency_id,
    reports.report_year,
    reports.superseded,
    statements.scope = 'unstated' or statements.scope = reports.scope as is_of_scope,
    before.document_id as document_id_before,
    statements.period = 'last_year' or statements.qualifier in ('growth', 'change') as is_of_years,
    -- Where nothing says which year a figure is of, and nothing that it is of several, it is of the report's.
    statements.period = 'this_year'
    or (
        statements.period = 'unknown'
        and not regexp_matches(statements.sentence, '累计|以来|历年|往年|至今|截[至止]|近.{1,2}年|20[0-9]{2}')
    ) as is_of_this_year,
    measures.judged,
    coalesce(regexp_matches(statements.excerpt, measures.narrowed_by), false) as is_narrowed,
    statements.period <> 'unknown'
    and (
        measures.certain = 'always' or (measures.certain = 'zero' and statements.is_zero_by_words)
    ) as is_certain
from {{ ref("stg_statements") }} as statements
join {{ ref("int_reports") }} as reports using (document_id)
join {{ ref("statement_measures") }} as measures using (measure)
left join {{ ref("int_reports") }} as before
    on reports.agency_id = before.agency_id
    and reports.report_year = before.report_year + 1
    and reports.scope = before.scope
    and before.is_current
where statements.qualifier <> 'share'
