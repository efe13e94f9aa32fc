SELECT report_year, sum(reconsiderations) AS reconsiderations, sum(suits_direct) AS suits_direct,
    sum(suits_after_reconsideration) AS suits_after_reconsideration, sum(disputes) AS disputes
FROM marts.agency_year
WHERE covered_by IS NULL
GROUP BY report_year
ORDER BY report_year
