-- Every figure of the report's tables, as printed, with its place.
SELECT
    cells.document_id AS printed_in,
    cells.table_code,
    cells.form,
    cells.table_set,
    cells.row_code,
    cells.column_code,
    cells.raw_text,
    cells.value,
    cells.unit,
    cells.status,
    cells.table_index,
    cells.row_index,
    cells.column_index,
    cells.page,
    cells.confidence
FROM landing.cells
WHERE cells.document_id BETWEEN $first AND $last AND cells.document_id IN (SELECT unnest($parts))
ORDER BY
    list_position($parts, cells.document_id),
    cells.table_index,
    cells.row_index,
    cells.column_index,
    cells.table_code,
    cells.table_set
