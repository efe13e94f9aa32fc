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
    if(current_report.document_id = documents.document_id, current_report.quality, NULL) AS quality
FROM (FROM landing.documents WHERE document_id = $document_id) AS documents
LEFT JOIN (FROM landing.reports WHERE document_id = $document_id) AS reports ON true
LEFT JOIN (FROM landing.agencies WHERE document_id = $document_id) AS agencies ON true
LEFT JOIN marts.report AS current_report
    ON current_report.agency_id = agencies.agency_id AND current_report.report_year = reports.report_year
