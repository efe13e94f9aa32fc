SELECT agency_name, report_year, disclosure_form, requests_form
FROM marts.report
JOIN marts.dim_agency USING (agency_id)
WHERE report_year >= 2021 AND '2019' IN (disclosure_form, requests_form)
ORDER BY agency_id
