SELECT document_id AS printed_in, section, heading, body
FROM landing.sections
WHERE document_id BETWEEN $first AND $last AND document_id IN (SELECT unnest($parts))
ORDER BY list_position($parts, document_id), section
