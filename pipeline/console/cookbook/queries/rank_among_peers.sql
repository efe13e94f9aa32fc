SELECT agency_name, peers, received_new_rank, received_new_percentile
FROM marts.agency_year
JOIN marts.dim_agency USING (agency_id)
WHERE report_year = 2023
ORDER BY agency_id
