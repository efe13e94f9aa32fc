FROM marts.coverage
JOIN marts.dim_agency USING (agency_id)
WHERE report_year = $year
    AND status IN ('absent', 'blocked', 'quarantined')
    AND ($level IS NULL OR level = $level)
    AND ($function IS NULL OR function = $function)
    AND ($province IS NULL OR province = $province)
