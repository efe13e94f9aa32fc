FROM marts.finding
JOIN marts.rules USING (rule_code)
JOIN marts.dim_agency USING (agency_id)
WHERE ($document IS NULL OR document_id = $document)
    AND ($agency IS NULL OR agency_id = $agency OR contains(agency_full_name, $agency))
    AND ($province IS NULL OR province = $province)
    AND ($level IS NULL OR level = $level)
    AND ($year IS NULL OR finding.report_year = $year)
    AND CASE $state
        WHEN 'open' THEN coalesce(review, 'confirmed') = 'confirmed' AND (NOT superseded OR $document IS NOT NULL)
        WHEN 'closed' THEN review IN ('explained', 'dismissed')
        WHEN 'reviewed' THEN review IS NOT NULL
        ELSE true
    END
