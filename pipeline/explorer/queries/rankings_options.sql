-- What can be chosen: years, provinces and functions that reports are of.
SELECT 'year' AS kind, report_year::VARCHAR AS code, count(*) AS reports FROM marts.report GROUP BY ALL
UNION ALL
SELECT 'province', province, count(*) FROM marts.dim_agency WHERE province IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'function', function, count(*) FROM marts.dim_agency WHERE function IS NOT NULL GROUP BY ALL
ORDER BY 1, 3 DESC, 2
