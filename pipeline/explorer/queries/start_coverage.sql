SELECT
    report_year,
    count(*) FILTER (status = 'extracted') AS extracted,
    count(*) FILTER (status = 'quarantined') AS quarantined,
    count(*) FILTER (status = 'blocked') AS blocked,
    count(*) FILTER (status = 'absent') AS absent,
    count(*) FILTER (status = 'not_expected') AS not_expected
FROM marts.coverage
GROUP BY report_year
ORDER BY report_year DESC
