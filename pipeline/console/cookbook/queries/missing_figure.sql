SELECT agency_year.granted, cells.row_code, cells.raw_text, cells.status
FROM marts.agency_year
JOIN landing.cells USING (document_id)
WHERE agency_id = '410302-机关事务服务中心' AND table_code = 'requests' AND row_code = 'granted' AND status <> 'blank'
