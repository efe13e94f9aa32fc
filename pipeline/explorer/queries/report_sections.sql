SELECT document_id AS printed_in, section, heading, body
FROM landing.sections
WHERE list_contains($parts, document_id)
ORDER BY list_position($parts, document_id), section
