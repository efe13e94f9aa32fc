SELECT agency_name, finding.report_year, severity, message
FROM marts.finding
JOIN marts.dim_agency USING (agency_id)
WHERE rule_code = 'date_before_period_end'
ORDER BY agency_id
