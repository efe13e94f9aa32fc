SELECT agency_name, disclosure_form, normative_documents_in_force, normative_documents_published_total
FROM marts.agency_year
JOIN marts.report USING (agency_id, report_year)
JOIN marts.dim_agency USING (agency_id)
WHERE report_year = 2023
ORDER BY agency_id
