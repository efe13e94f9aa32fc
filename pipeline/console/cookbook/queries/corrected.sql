SELECT count(*) AS reports, sum(reconsiderations) AS cases, sum(reconsiderations_pending) AS pending,
    sum(reconsiderations_concluded) AS concluded, sum(reconsiderations_corrected) AS corrected
FROM marts.agency_year
WHERE covered_by IS NULL
