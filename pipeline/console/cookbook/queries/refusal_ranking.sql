SELECT agency_name, refused, concluded, refusal_rate
FROM marts.agency_year
JOIN marts.dim_agency USING (agency_id)
WHERE report_year = 2023 AND NOT concluded_is_small AND quality IN ('A', 'B')
ORDER BY refusal_rate DESC, agency_id
LIMIT 10
