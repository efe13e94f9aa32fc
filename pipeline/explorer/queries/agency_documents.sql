SELECT
    reports.report_year, documents.document_id, documents.raw_path, documents.media_type, reports.title,
    reports.publish_date, documents.status, report.document_id IS NOT NULL AS is_current,
    (SELECT count(*) FROM landing.report_parts WHERE report_document_id = documents.document_id) AS parts,
    report.correction
FROM landing.agencies
JOIN landing.reports USING (document_id)
JOIN landing.documents USING (document_id)
LEFT JOIN marts.report ON documents.document_id = report.document_id AND report.agency_id = $agency_id
WHERE agencies.agency_id = $agency_id
ORDER BY reports.report_year DESC NULLS LAST, is_current DESC, reports.publish_date DESC NULLS LAST, documents.document_id
