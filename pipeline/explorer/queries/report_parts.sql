-- The files that the report stands in: its page, what it offers, pictures of tables.
WITH parts AS (
    SELECT part_document_id AS document_id, role, position
    FROM landing.report_parts
    WHERE report_document_id = $document_id

    UNION ALL

    SELECT $document_id, 'page', 0
    WHERE NOT EXISTS (FROM landing.report_parts WHERE report_document_id = $document_id)
),

places AS (
    SELECT document_id, any_value(url ORDER BY raw_path) AS url, min(fetched_at) AS fetched_at
    FROM landing.observations
    WHERE document_id IN (SELECT document_id FROM parts)
    GROUP BY document_id
)

SELECT
    parts.document_id,
    parts.role,
    documents.raw_path,
    documents.media_type,
    documents.size_bytes,
    places.url,
    places.fetched_at
FROM parts
JOIN landing.documents USING (document_id)
LEFT JOIN places USING (document_id)
ORDER BY parts.position, parts.document_id
