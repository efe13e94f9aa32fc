-- Which documents hold the words is known from the index of words, which keeps those of all narratives. It sees through
-- blanks and traditional characters: where no section holds a word as it is written, the first one stands for the report.
-- DuckDB looks for the documents of a list while it reads a table, and for those of a join when it has read it.
WITH texts AS MATERIALIZED (
    SELECT
        sections.*,
        len(list_filter($words, lambda word: contains(lower(sections.body), word))) > 0 AS is_literal
    FROM landing.sections
    WHERE list_contains($documents, document_id)
    QUALIFY is_literal OR (
        NOT bool_or(is_literal) OVER (PARTITION BY document_id)
        AND row_number() OVER (PARTITION BY document_id ORDER BY section) = 1
    )
),

parts AS MATERIALIZED (
    SELECT part_document_id, report_document_id
    FROM landing.report_parts
    WHERE list_contains($documents, part_document_id)
),

reports AS MATERIALIZED (
    SELECT document_id, report_year, title
    FROM landing.reports SEMI JOIN parts ON reports.document_id = parts.report_document_id
),

agencies AS MATERIALIZED (
    SELECT document_id, agency_id, agency_full_name
    FROM landing.agencies SEMI JOIN parts ON agencies.document_id = parts.report_document_id
)

SELECT
    agencies.agency_id, agencies.agency_full_name, reports.report_year, parts.report_document_id AS document_id,
    reports.title, texts.section, texts.heading, texts.body, texts.is_literal
FROM texts
JOIN parts ON texts.document_id = parts.part_document_id
JOIN reports ON parts.report_document_id = reports.document_id
LEFT JOIN agencies ON parts.report_document_id = agencies.document_id
ORDER BY reports.report_year DESC NULLS LAST, agencies.agency_full_name, parts.report_document_id, texts.section
