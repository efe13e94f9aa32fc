SELECT year_before, count(*) AS reports, count(received_new_change) AS changes
FROM marts.agency_year
GROUP BY year_before
ORDER BY year_before
