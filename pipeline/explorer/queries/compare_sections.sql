-- Where a page and its files print the same section, the longer text counts.
SELECT if(report_document_id = $left, 'left', 'right') AS side, section, heading, body
FROM landing.report_parts
JOIN landing.sections ON part_document_id = sections.document_id
WHERE list_contains([$left, $right], report_document_id)
QUALIFY row_number() OVER (PARTITION BY report_document_id, section ORDER BY length(body) DESC, position) = 1
ORDER BY section, side
