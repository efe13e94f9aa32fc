-- The current reports of the same agency.
SELECT report_year, document_id, quality
FROM marts.report
WHERE agency_id = $agency_id
ORDER BY report_year DESC
