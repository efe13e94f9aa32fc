-- Agencies without a report of the year here, and why.
SELECT agency_id, agency_full_name, status, detail, is_expected, level, function, province
FROM marts.coverage
JOIN marts.dim_agency USING (agency_id)
WHERE report_year = $year
    AND status IN ('absent', 'blocked', 'quarantined')
    AND ($level IS NULL OR level = $level)
    AND ($function IS NULL OR function = $function)
    AND ($province IS NULL OR province = $province)
ORDER BY status, agency_full_name, agency_id
LIMIT $limit OFFSET $offset
