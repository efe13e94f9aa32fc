SELECT province, count(*) AS reports, sum(concluded) AS concluded, sum(refused_counted) / nullif(sum(concluded), 0) AS rate
FROM marts.agency_year
JOIN marts.dim_agency USING (agency_id)
WHERE report_year = 2023 AND refused_counted IS NOT NULL AND concluded IS NOT NULL AND covered_by IS NULL
GROUP BY province
ORDER BY province
