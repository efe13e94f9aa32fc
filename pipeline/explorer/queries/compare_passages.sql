-- The longest passages of the marts, where each report is the one that the other shares most with.
SELECT
    similarity_passage.agency_id,
    similarity_passage.report_year,
    compared_with,
    rank,
    similarity_passage.sentences,
    similarity_passage.characters,
    is_edited,
    section,
    passage,
    partner_agency_id,
    partner_section,
    partner_passage
FROM marts.similarity_passage
JOIN marts.similarity USING (agency_id, report_year, compared_with, partner_agency_id)
WHERE list_contains([$left, $right], document_id) AND list_contains([$left, $right], partner_document_id)
ORDER BY document_id = $left DESC, compared_with, rank
