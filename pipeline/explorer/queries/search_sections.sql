-- Which documents hold the words is known from the index of words, which keeps those of all narratives. It sees through
-- blanks and traditional characters: where no section holds a word as it is written, the first one stands for the report.
SELECT
    agencies.agency_id, agencies.agency_full_name, reports.report_year, parts.report_document_id AS document_id,
    reports.title, sections.section, sections.heading, sections.body,
    len(list_filter($words, lambda word: contains(lower(sections.body), word))) > 0 AS is_literal
FROM landing.sections
JOIN landing.report_parts AS parts ON sections.document_id = parts.part_document_id
JOIN landing.reports ON parts.report_document_id = reports.document_id
LEFT JOIN landing.agencies ON parts.report_document_id = agencies.document_id
WHERE sections.document_id IN (SELECT unnest($documents))
QUALIFY is_literal OR (
    NOT bool_or(is_literal) OVER (PARTITION BY sections.document_id)
    AND row_number() OVER (PARTITION BY sections.document_id ORDER BY sections.section) = 1
)
ORDER BY reports.report_year DESC NULLS LAST, agencies.agency_full_name, document_id, sections.section
