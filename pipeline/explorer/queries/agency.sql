SELECT
    dim_agency.*,
    successor.agency_full_name AS successor_name,
    parent.agency_full_name AS parent_name,
    (SELECT list(alias_id ORDER BY alias_id) FROM marts.agency_alias WHERE agency_alias.agency_id = $agency_id) AS aliases
FROM marts.dim_agency
LEFT JOIN marts.dim_agency AS successor ON dim_agency.successor_agency_id = successor.agency_id
LEFT JOIN marts.dim_agency AS parent ON dim_agency.parent_agency_id = parent.agency_id
WHERE dim_agency.agency_id = $agency_id
