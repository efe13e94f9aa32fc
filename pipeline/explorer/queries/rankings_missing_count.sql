-- How many agencies have no report of the year here, and why.
SELECT status, count(*) AS agencies
{agencies_without_report.sql}
GROUP BY status
ORDER BY array_position(['absent', 'blocked', 'quarantined'], status)
