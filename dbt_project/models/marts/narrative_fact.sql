-- Figures that the narrative states and the tables do not print. A sentence of a page and of its file counts once.
select
    statements.document_id,
    statements.printed_in,
    statements.position,
    reports.agency_id,
    reports.report_year,
    statements.measure as subject,
    subjects.title_zh as subject_zh,
    subjects.title_en as subject_en,
    subjects.subject_group,
    statements.value,
    statements.unit,
    statements.period,
    statements.scope,
    statements.qualifier,
    statements.is_zero_by_words,
    statements.section,
    statements.sentence,
    statements.excerpt,
    reports.superseded
from {{ ref("stg_statements") }} as statements
join {{ ref("narrative_subjects") }} as subjects on statements.measure = subjects.subject
join {{ ref("int_reports") }} as reports using (document_id)
where statements.qualifier in ('exact', 'about', 'over')
order by reports.agency_id, reports.report_year, statements.printed_in, statements.position
