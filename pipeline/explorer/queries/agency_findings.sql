SELECT
    finding_id, report_year, finding.severity, rule_code, title_zh, title_en, finding.message_zh, finding.message AS message_en,
    document_id, review, review_reason
FROM marts.finding
JOIN marts.rules USING (rule_code)
WHERE agency_id = $agency_id AND NOT superseded
ORDER BY
    array_position(['error', 'warning', 'note'], finding.severity), report_year DESC NULLS LAST, rule_code, finding_id
LIMIT $limit
