-- Open findings: of documents that no other supersedes, and not closed by a review.
SELECT
    finding.severity, rule_code, any_value(title_zh) AS title_zh, any_value(title_en) AS title_en,
    count(*) AS findings, count(DISTINCT finding.document_id) AS reports
FROM marts.finding
JOIN marts.rules USING (rule_code)
WHERE NOT superseded AND coalesce(review, 'confirmed') = 'confirmed'
GROUP BY finding.severity, rule_code
ORDER BY array_position(['error', 'warning', 'note'], finding.severity), findings DESC, rule_code
