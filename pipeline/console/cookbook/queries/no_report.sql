SELECT report_year, agency_name, coverage.status, is_expected
FROM marts.coverage
JOIN marts.dim_agency USING (agency_id)
WHERE coverage.status IN ('absent', 'quarantined', 'blocked')
ORDER BY report_year, agency_id
