-- Where the figures of a document stand on its pages.
SELECT DISTINCT table_index, row_index, column_index, page, bbox
FROM landing.cells
WHERE document_id = $document_id AND page IS NOT NULL
