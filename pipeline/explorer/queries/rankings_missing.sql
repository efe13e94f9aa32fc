-- Agencies without a report of the year here, and why.
SELECT agency_id, agency_full_name, status, detail, is_expected, level, function, province
{agencies_without_report.sql}
ORDER BY status, agency_full_name, agency_id
LIMIT $limit OFFSET $offset
