SELECT
    series.topic, series_year.series, series.title_zh, series.title_en, series_year.unit, report_year, value, gap, form,
    grade, is_break, step, reason_zh, reason_en, comparable_since, close_since, is_stock, document_id, parts
FROM marts.series_year
JOIN marts.series USING (series)
WHERE agency_id = $agency_id AND series.topic IN (SELECT unnest($topics))
ORDER BY series.topic, series.rowid, report_year
