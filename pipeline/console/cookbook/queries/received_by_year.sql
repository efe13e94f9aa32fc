SELECT report_year, count(*) AS reports, sum(received_new) AS received
FROM marts.agency_year
WHERE covered_by IS NULL
GROUP BY report_year
ORDER BY report_year
