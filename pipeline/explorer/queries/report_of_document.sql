-- The report that a document is a part of; the document itself where it is part of none.
SELECT coalesce(min(report_document_id), $document_id) AS document_id
FROM landing.report_parts
WHERE part_document_id = $document_id
