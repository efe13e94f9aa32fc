SELECT agency_name, report_year, value, form, grade, is_break, comparable_since, gap
FROM marts.series_year
JOIN marts.dim_agency USING (agency_id)
WHERE series = 'granted'
ORDER BY agency_id, report_year
