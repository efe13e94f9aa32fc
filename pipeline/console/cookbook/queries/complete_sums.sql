SELECT report_year, count(*) AS reports, count(concluded) AS concluded_known, count(granted) AS granted_known
FROM marts.agency_year
GROUP BY report_year
ORDER BY report_year
