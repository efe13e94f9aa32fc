SELECT agency_id, agency_full_name, valid_from, valid_to
FROM marts.dim_agency
WHERE successor_agency_id = $agency_id
ORDER BY valid_to, agency_id
