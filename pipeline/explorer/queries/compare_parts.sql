-- The documents that two reports stand in.
SELECT DISTINCT part_document_id AS document_id
FROM landing.report_parts
WHERE list_contains([$left, $right], report_document_id)
ORDER BY document_id
