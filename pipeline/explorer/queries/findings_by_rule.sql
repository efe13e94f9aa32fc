-- How many findings each rule has, of those that the address asks for.
SELECT finding.severity, rule_code, rules.title_zh, rules.title_en, count(*) AS findings
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
GROUP BY finding.severity, rule_code, rules.title_zh, rules.title_en
ORDER BY array_position(['error', 'warning', 'note'], finding.severity), findings DESC, rule_code
