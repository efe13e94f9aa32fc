-- Findings, by what the address asks for. Open ones alone unless others are asked for: a finding that was explained or
-- dismissed is closed, and one of a document that another supersedes is of the past.
WITH chosen AS (
    SELECT
        finding_id,
        finding.severity,
        rule_code,
        rules.title_zh,
        rules.title_en,
        agency_id,
        agency_full_name,
        province,
        level,
        finding.report_year,
        document_id,
        left_value,
        right_value,
        difference,
        finding.message,
        finding.message_zh,
        superseded,
        review,
        review_reason
    {asked_findings.sql}
        AND ($severity IS NULL OR finding.severity = $severity)
        AND ($rule IS NULL OR rule_code = $rule)
)

FROM chosen
ORDER BY
    CASE $sort WHEN 'severity' THEN array_position(['error', 'warning', 'note'], severity) END {order},
    CASE $sort WHEN 'difference' THEN abs(difference) END {order} NULLS LAST,
    CASE $sort WHEN 'year' THEN report_year END {order} NULLS LAST,
    CASE $sort WHEN 'agency' THEN agency_full_name WHEN 'rule' THEN rule_code END {order} NULLS LAST,
    agency_full_name,
    report_year DESC,
    rule_code,
    finding_id
LIMIT $limit OFFSET $offset
