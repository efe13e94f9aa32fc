SELECT agency_id, agency_full_name, level, function
FROM marts.dim_agency
WHERE agency_full_name LIKE '%河南%'
ORDER BY agency_id
