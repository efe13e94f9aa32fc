-- The years that a report is known or expected of; those without one say why.
SELECT
    coverage.report_year, coverage.status, coverage.detail,
    report.document_id, report.title, report.publish_date, report.signed_date, report.url, report.scope,
    report.covered_by, holder.agency_full_name AS covered_by_name, report.quality,
    coalesce(report.requests_form, report.statistics_form) AS form,
    days_to_publication,
    (
        SELECT count(*) FROM marts.finding
        WHERE finding.agency_id = $agency_id AND finding.report_year = coverage.report_year
            AND NOT superseded AND coalesce(review, 'confirmed') = 'confirmed'
    ) AS findings
FROM marts.coverage
LEFT JOIN marts.report USING (agency_id, report_year)
LEFT JOIN marts.agency_year USING (agency_id, report_year)
LEFT JOIN marts.dim_agency AS holder ON report.covered_by = holder.agency_id
WHERE coverage.agency_id = $agency_id
ORDER BY coverage.report_year DESC
