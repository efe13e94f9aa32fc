SELECT
    if(document_id = $left, 'left', 'right') AS side,
    document_id,
    agencies.agency_id,
    agencies.agency_full_name,
    reports.agency_name AS printed_name,
    reports.report_year,
    reports.title,
    agencies.scope,
    agencies.level,
    agencies.function,
    coalesce(reports.publish_date, reports.signed_date) AS printed_date,
    documents.raw_path,
    report.document_id IS NOT NULL AS is_current,
    report.quality,
    (SELECT count(*) FROM marts.finding WHERE finding.document_id = reports.document_id
        AND coalesce(review, 'confirmed') = 'confirmed') AS open_findings
FROM landing.reports
JOIN landing.agencies USING (document_id)
JOIN landing.documents USING (document_id)
LEFT JOIN marts.report USING (document_id)
WHERE document_id IN ($left, $right)
ORDER BY side
