SELECT
    finding_id,
    finding.rule_code,
    finding.severity,
    rules.title_zh,
    rules.title_en,
    left_value,
    right_value,
    difference,
    message,
    finding.message_zh,
    cells::VARCHAR AS cells,
    review,
    review_reason
FROM marts.finding
JOIN marts.rules USING (rule_code)
WHERE document_id = $document_id
ORDER BY list_position(['error', 'warning', 'note'], finding.severity), finding.rule_code, finding_id
