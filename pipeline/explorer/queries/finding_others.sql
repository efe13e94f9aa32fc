-- Other findings of the same report, and the same rule in other years of the agency.
SELECT
    other.finding_id,
    other.severity,
    other.rule_code,
    rules.title_zh,
    rules.title_en,
    other.report_year,
    other.message,
    other.message_zh,
    other.review,
    other.document_id = one.document_id AS is_same_report
FROM marts.finding AS one
JOIN marts.finding AS other
    ON (other.document_id = one.document_id OR (other.agency_id = one.agency_id AND other.rule_code = one.rule_code))
    AND other.finding_id <> one.finding_id
JOIN marts.rules ON rules.rule_code = other.rule_code
WHERE one.finding_id = $finding_id
ORDER BY is_same_report DESC, array_position(['error', 'warning', 'note'], other.severity), other.report_year DESC, other.finding_id
LIMIT 50
