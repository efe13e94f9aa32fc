-- What the finding is about, one row each: a cell as printed, a sighting of a date or a name, a statement.
WITH cells AS (
    SELECT unnest(cells::JSON[]) AS cell, generate_subscripts(cells::JSON[], 1) AS position
    FROM marts.finding
    WHERE finding_id = $finding_id
),

labels AS (
    SELECT 'requests' AS table_code, row_code AS code, coalesce(label_2021, label_2019) AS label FROM landing.form_requests_rows
    UNION ALL SELECT 'requests', column_code, label FROM landing.form_requests_columns
    UNION ALL SELECT DISTINCT 'litigation', venue_code, venue_label FROM landing.form_litigation_columns
    UNION ALL SELECT DISTINCT 'litigation', result_code, result_label FROM landing.form_litigation_columns
    UNION ALL SELECT 'disclosure', row_code, arg_max(row_label, form) FROM landing.form_disclosure_cells GROUP BY row_code
    UNION ALL
    SELECT 'disclosure', column_code, arg_max(column_label, form) FROM landing.form_disclosure_cells GROUP BY column_code
    UNION ALL SELECT 'statistics', row_code, label FROM landing.form_statistics_2014
)

SELECT
    cells.position,
    cell ->> 'document_id' AS document_id,
    parts.report_document_id,
    reports.report_year,
    cell ->> 'table_code' AS table_code,
    (cell ->> 'table_set')::INTEGER AS table_set,
    cell ->> 'row_code' AS row_code,
    cell ->> 'column_code' AS column_code,
    coalesce(row_labels.label, cell ->> 'row_code') AS row_label,
    coalesce(column_labels.label, cell ->> 'column_code') AS column_label,
    cell ->> 'raw_text' AS raw_text,
    coalesce(cell ->> 'field', cell ->> 'measure') AS field,
    cell ->> 'value' AS value,
    cell ->> 'rule' AS rule,
    cell ->> 'location' AS location,
    coalesce(cell ->> 'sentence', cell ->> 'excerpt') AS excerpt,
    (cell ->> 'section')::INTEGER AS section
FROM cells
LEFT JOIN landing.report_parts AS parts ON parts.part_document_id = (cell ->> 'document_id')
LEFT JOIN landing.reports ON reports.document_id = parts.report_document_id
LEFT JOIN labels AS row_labels ON row_labels.table_code = (cell ->> 'table_code') AND row_labels.code = (cell ->> 'row_code')
LEFT JOIN labels AS column_labels
    ON column_labels.table_code = (cell ->> 'table_code') AND column_labels.code = (cell ->> 'column_code')
ORDER BY cells.position
