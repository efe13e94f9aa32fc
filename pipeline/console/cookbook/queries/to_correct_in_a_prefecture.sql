SELECT agency_name, report_year, title_zh, finding.message_zh, url,
    list_transform(
        json_extract(cells, '$[*]'),
        lambda cell : concat_ws(' ', cell ->> 'row_code', cell ->> 'column_code', cell ->> 'raw_text')
    ) AS printed
FROM marts.finding
JOIN marts.report USING (document_id, agency_id, report_year)
JOIN marts.dim_agency USING (agency_id)
JOIN marts.rules USING (rule_code)
WHERE prefecture = '洛阳市' AND review IS DISTINCT FROM 'dismissed'
ORDER BY agency_id, report_year, title_zh, finding.message_zh
