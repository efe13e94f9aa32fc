-- The report that a document is, or is a part of.
WITH wanted AS (
    SELECT coalesce(min(report_document_id), $document_id) AS document_id
    FROM landing.report_parts
    WHERE part_document_id = $document_id
)

SELECT
    documents.document_id,
    documents.media_type,
    documents.size_bytes,
    documents.status,
    documents.error_code,
    documents.error_message,
    reports.title,
    reports.report_year,
    reports.publish_date,
    reports.signed_date,
    agencies.agency_id,
    coalesce(agencies.agency_full_name, reports.agency_name) AS agency_name,
    agencies.scope,
    current_report.document_id AS current_document_id,
    current_report.quality
FROM landing.documents
JOIN wanted USING (document_id)
LEFT JOIN landing.reports USING (document_id)
LEFT JOIN landing.agencies USING (document_id)
LEFT JOIN marts.report AS current_report
    ON current_report.agency_id = agencies.agency_id AND current_report.report_year = reports.report_year
