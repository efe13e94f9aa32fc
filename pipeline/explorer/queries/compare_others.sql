-- What a report may be held against: other years and versions of its agency, and what it shares most with.
WITH chosen AS (
    SELECT document_id, agency_id, report_year
    FROM landing.reports
    JOIN landing.agencies USING (document_id)
    WHERE document_id = $left
),

others AS (
    SELECT
        'own' AS why,
        reports.document_id,
        agencies.agency_id,
        agencies.agency_full_name,
        reports.report_year,
        documents.raw_path,
        report.document_id IS NOT NULL AS is_current,
        NULL::DOUBLE AS share
    FROM chosen
    JOIN landing.agencies USING (agency_id)
    JOIN landing.reports ON reports.document_id = agencies.document_id
    JOIN landing.documents ON documents.document_id = agencies.document_id
    LEFT JOIN marts.report ON report.document_id = reports.document_id
    WHERE reports.document_id <> $left

    UNION ALL

    SELECT 'copied', partner_document_id, partner_agency_id, agency_full_name, report.report_year, raw_path, true, partner_share
    FROM marts.similarity
    JOIN marts.report ON report.document_id = partner_document_id
    JOIN marts.dim_agency ON dim_agency.agency_id = partner_agency_id
    JOIN landing.documents ON documents.document_id = partner_document_id
    WHERE similarity.document_id = $left AND partner_characters > 0

    UNION ALL

    (
        SELECT 'peer', report.document_id, other.agency_id, other.agency_full_name, report.report_year, raw_path, true, NULL
        FROM chosen
        JOIN marts.dim_agency AS own USING (agency_id)
        JOIN marts.dim_agency AS other
            ON other.function IS NOT DISTINCT FROM own.function AND other.level = own.level
            AND other.province = own.province AND other.agency_id <> own.agency_id
        JOIN marts.report ON report.agency_id = other.agency_id AND report.report_year = chosen.report_year
        JOIN landing.documents ON documents.document_id = report.document_id
        ORDER BY other.division_code, other.agency_id
        LIMIT 20
    )
)

FROM others
ORDER BY array_position(['own', 'copied', 'peer'], why), report_year DESC, agency_full_name, document_id
