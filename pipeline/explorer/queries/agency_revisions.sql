SELECT
    report_year, document_id_before, document_id, publish_date_before, publish_date, ordered_by,
    count(*) FILTER (kind = 'figure') AS figures, count(*) AS changes
FROM marts.revision
WHERE agency_id = $agency_id
GROUP BY ALL
ORDER BY report_year DESC, document_id
