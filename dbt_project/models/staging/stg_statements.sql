-- A page and its files may print the same sentence: it counts once.
select
    parts.report_document_id as document_id,
    statements.document_id as printed_in,
    statements.position,
    statements.section,
    statements.sentence,
    statements.excerpt,
    statements.measure,
    coalesce(statements.applicant_type, 'total') as applicant_type,
    statements.period,
    statements.scope,
    statements.value,
    statements.unit,
    statements.qualifier,
    statements.is_zero_by_words
from {{ source("landing", "statements") }} as statements
join {{ source("landing", "report_parts") }} as parts on statements.document_id = parts.part_document_id
qualify parts.position = min(parts.position) over (partition by parts.report_document_id, hash(statements.sentence))
