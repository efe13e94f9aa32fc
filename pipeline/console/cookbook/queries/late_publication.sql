SELECT agency_name, publish_date, days_to_publication, assessment.state
FROM marts.assessment
JOIN marts.agency_year USING (document_id, agency_id, report_year)
JOIN marts.dim_agency USING (agency_id)
WHERE rule_code = 'late_publication' AND report_year = 2023
ORDER BY agency_id
