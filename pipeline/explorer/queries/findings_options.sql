-- What can be chosen.
SELECT 'year' AS kind, report_year::VARCHAR AS code FROM marts.finding WHERE report_year IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'province', province FROM marts.dim_agency WHERE province IS NOT NULL GROUP BY ALL
ORDER BY 1, 2 DESC
