SELECT report.document_id, agency_id, agency_full_name, report_year, quality
FROM marts.report
JOIN marts.dim_agency USING (agency_id)
WHERE list_bool_and([contains(agency_full_name || ' ' || report_year, word) FOR word IN string_split($words, ' ')])
ORDER BY length(agency_full_name), agency_full_name, report_year DESC
LIMIT 50
