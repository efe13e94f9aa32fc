SELECT report_year, count(*) AS reports, sum(received_new) AS received
FROM marts.agency_year
WHERE report_year >= 2019 AND covered_by IS NULL
GROUP BY report_year
ORDER BY report_year
