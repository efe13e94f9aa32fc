SELECT table_index, row_index, column_index, raw_text, cells.status, raw_path
FROM marts.report
JOIN landing.documents USING (document_id)
JOIN landing.report_parts ON report.document_id = report_document_id
JOIN landing.cells ON part_document_id = cells.document_id
WHERE agency_id = '410105-政务服务办公室' AND row_code = 'penalty' AND column_code = 'decisions'
