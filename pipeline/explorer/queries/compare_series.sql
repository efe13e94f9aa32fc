-- Two current reports over all three forms, also the annex of 2014: the series of docs/series.md. Nothing is taken
-- from one that the form counts as another thing, nor over a law that moved cases.
WITH values AS (
    SELECT if(series_year.document_id = $left, 'left', 'right') AS side, series_year.*
    FROM marts.series_year
    JOIN marts.report USING (agency_id, report_year)
    WHERE list_contains([$left, $right], report.document_id)
),

laws AS (
    SELECT table_code || '.' || code || '.' AS place, string_agg(what_zh, '；') AS what_zh, string_agg(what_en, '; ') AS what_en
    FROM marts.breaks
    WHERE kind = 'law' AND breaks_at = 'year'
        AND report_year > (SELECT min(report_year) FROM values)
        AND report_year <= (SELECT max(report_year) FROM values)
    GROUP BY ALL
),

pairs AS (
    SELECT
        series,
        title_zh,
        title_en,
        series.unit,
        max(value) FILTER (side = 'left') AS left_value,
        max(value) FILTER (side = 'right') AS right_value,
        max(coalesce(form, 'mixed')) FILTER (side = 'left') AS left_form,
        max(coalesce(form, 'mixed')) FILTER (side = 'right') AS right_form,
        max(gap) FILTER (side = 'left') AS left_gap,
        max(gap) FILTER (side = 'right') AS right_gap,
        bool_or(grade = 'broken') AS has_broken,
        bool_or(grade = 'close') AS has_close,
        any_value(laws.place) IS NOT NULL AS is_by_law,
        any_value(laws.what_zh) AS reason_zh,
        any_value(laws.what_en) AS reason_en,
        any_value(series.rowid) AS rank
    FROM values
    JOIN marts.series USING (series)
    LEFT JOIN laws ON contains(' ' || series.parts, ' ' || laws.place)
    GROUP BY series, title_zh, title_en, series.unit
)

SELECT
    series,
    title_zh,
    title_en,
    unit,
    left_value,
    right_value,
    left_form,
    right_form,
    left_gap,
    right_gap,
    CASE
        WHEN left_form IS NULL OR right_form IS NULL THEN 'one_side'
        WHEN left_form <> right_form AND has_broken THEN 'broken'
        WHEN is_by_law THEN 'law'
        WHEN left_form <> right_form AND has_close THEN 'close'
        ELSE 'same'
    END AS comparability,
    if(comparability IN ('same', 'close'), right_value - left_value, NULL) AS difference,
    reason_zh,
    reason_en
FROM pairs
ORDER BY rank
