-- How much of either report stands in others, and with which it shares most: current reports alone are counted.
SELECT
    similarity.document_id,
    dim_agency.agency_full_name,
    similarity.report_year,
    compared_with,
    characters,
    copied_characters,
    edited_characters,
    copied_share,
    partner_document_id,
    partner_agency_id,
    partners.agency_full_name AS partner_full_name,
    partner_report.report_year AS partner_year,
    partner_share,
    list_contains([$left, $right], partner_document_id) AS is_this_pair
FROM marts.similarity
JOIN marts.dim_agency USING (agency_id)
LEFT JOIN marts.dim_agency AS partners ON partners.agency_id = partner_agency_id
LEFT JOIN marts.report AS partner_report ON partner_report.document_id = partner_document_id
WHERE list_contains([$left, $right], similarity.document_id)
ORDER BY similarity.document_id = $left DESC, compared_with
