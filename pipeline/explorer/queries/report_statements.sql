-- What the narrative states in figures, beside what the tables print.
SELECT
    printed_in,
    position,
    section,
    sentence,
    excerpt,
    measure,
    applicant_type,
    period,
    scope,
    qualifier,
    stated_value,
    unit,
    result,
    reading,
    table_set,
    table_value,
    document_id_before
FROM marts.statement
WHERE document_id = $document_id
ORDER BY list_position($parts, printed_in), position
