SELECT
    documents.document_id,
    documents.media_type,
    documents.reader_version,
    documents.extracted_at::VARCHAR AS read_at,
    [documents.raw_path] || coalesce(
        (SELECT list(raw_path ORDER BY raw_path) FROM landing.observations WHERE document_id = $document_id), []
    ) AS raw_paths
FROM landing.documents
WHERE documents.document_id = $document_id
