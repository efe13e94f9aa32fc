-- The two reports. DuckDB looks for the documents of a list while it reads a table, for those of a join when it has read it.
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
    coalesce(open_findings, 0) AS open_findings
FROM (FROM landing.reports WHERE list_contains([$left, $right], document_id)) AS reports
JOIN (FROM landing.agencies WHERE list_contains([$left, $right], document_id)) AS agencies USING (document_id)
JOIN (FROM landing.documents WHERE list_contains([$left, $right], document_id)) AS documents USING (document_id)
LEFT JOIN (FROM marts.report WHERE list_contains([$left, $right], document_id)) AS report USING (document_id)
LEFT JOIN (
    SELECT document_id, count(*) AS open_findings
    FROM marts.finding
    WHERE list_contains([$left, $right], document_id) AND coalesce(review, 'confirmed') = 'confirmed'
    GROUP BY document_id
) AS findings USING (document_id)
ORDER BY side
