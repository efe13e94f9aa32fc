-- One finding with its rule and its report.
SELECT
    finding.* EXCLUDE (cells),
    rules.title_zh,
    rules.title_en,
    rules.formula,
    rules.source,
    dim_agency.agency_full_name,
    dim_agency.province,
    dim_agency.level,
    agencies.scope,
    reports.title,
    documents.raw_path,
    coalesce(
        report.url,
        (SELECT min(seen.url) FROM landing.observations AS seen WHERE seen.document_id = finding.document_id)
    ) AS url
FROM marts.finding
JOIN marts.rules USING (rule_code)
JOIN marts.dim_agency USING (agency_id)
JOIN landing.documents USING (document_id)
JOIN landing.reports USING (document_id)
LEFT JOIN landing.agencies USING (document_id)
LEFT JOIN marts.report USING (document_id)
WHERE finding_id = $finding_id
