SELECT report_year, count(*) AS reports, sum(reconsiderations) AS cases, sum(reconsiderations_pending) AS pending,
    count(reconsiderations_concluded) AS concluded_known, sum(reconsiderations_concluded) AS concluded,
    count(reconsiderations_corrected) AS corrected_known, sum(reconsiderations_corrected) AS corrected
FROM marts.agency_year
WHERE report_year >= 2019 AND covered_by IS NULL
GROUP BY report_year
ORDER BY report_year
