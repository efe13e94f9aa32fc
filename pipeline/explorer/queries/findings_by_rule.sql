-- How many findings each rule has, of those that the address asks for.
SELECT finding.severity, rule_code, rules.title_zh, rules.title_en, count(*) AS findings
{asked_findings.sql}
GROUP BY finding.severity, rule_code, rules.title_zh, rules.title_en
ORDER BY array_position(['error', 'warning', 'note'], finding.severity), findings DESC, rule_code
