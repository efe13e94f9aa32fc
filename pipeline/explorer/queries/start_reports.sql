SELECT
    report_year,
    count(*) AS reports,
    count(*) FILTER (quality = 'A') AS quality_a,
    count(*) FILTER (quality = 'B') AS quality_b,
    count(*) FILTER (quality = 'C') AS quality_c,
    count(*) FILTER (quality = 'D') AS quality_d
FROM marts.report
GROUP BY report_year
ORDER BY report_year DESC
