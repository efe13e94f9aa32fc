SELECT report_year, received_new, carried_in, disclosed, refused, unavailable, not_processed, other, carried_out
FROM marts.agency_year
JOIN marts.dim_agency USING (agency_id)
WHERE agency_name = '泗水县机关事务服务中心'
ORDER BY report_year
