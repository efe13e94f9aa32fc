-- The figures of two reports, place by place, by the codes that both forms have in common (marts.form_crosswalk) where
-- their forms differ. A difference stands only where both sides print a number of the same thing in the same unit.
WITH sides AS (
    SELECT 'left' AS side, $left AS document_id
    UNION ALL
    SELECT 'right', $right
),

printed AS (
    SELECT
        sides.side,
        cells.*,
        report_parts.position AS part,
        if(role = 'picture', 'pictures', part_document_id) AS printing
    FROM sides
    JOIN (FROM landing.report_parts WHERE list_contains($parts, part_document_id)) AS report_parts
        ON report_document_id = sides.document_id
    JOIN (FROM landing.cells WHERE list_contains($parts, document_id)) AS cells ON cells.document_id = part_document_id
),

-- A page and its files may print the same table: it is taken from one of them, by the rule of docs/marts.md.
printings AS (
    SELECT side, table_code, printing
    FROM printed
    GROUP BY side, table_code, printing
    QUALIFY row_number() OVER (
        PARTITION BY side, table_code
        ORDER BY
            bool_or(status = 'number') DESC,
            bool_or(confidence IS NOT NULL),
            count(*) FILTER (WHERE table_set = 1 AND status IN ('number', 'blank', 'not_applicable')) DESC,
            count(*) FILTER (WHERE status IN ('unreadable', 'unplaced')),
            min(part)
    ) = 1
),

-- A place that is printed several times counts if all agree.
places AS (
    SELECT
        side,
        table_code,
        row_code,
        column_code,
        any_value(form) AS form,
        string_agg(DISTINCT raw_text, ' ≠ ') AS printed_text,
        if(count(DISTINCT status) = 1 AND min(value) IS NOT DISTINCT FROM max(value), any_value(value), NULL) AS value,
        if(
            count(DISTINCT status) = 1 AND min(value) IS NOT DISTINCT FROM max(value), any_value(status), 'unreadable'
        ) AS status,
        any_value(unit) AS unit,
        min((table_index, row_index, column_index)) AS place
    FROM printed
    JOIN printings USING (side, table_code, printing)
    WHERE table_set = 1 AND row_code IS NOT NULL AND column_code IS NOT NULL
    GROUP BY side, table_code, row_code, column_code
),

forms AS (
    SELECT
        table_code,
        max(form) FILTER (WHERE side = 'left') AS left_form,
        max(form) FILTER (WHERE side = 'right') AS right_form,
        count(DISTINCT form) > 1 AS is_of_two_forms
    FROM places
    GROUP BY table_code
),

-- How many places of a form are one of the harmonised codes: without any of them there is no sum.
crosswalk AS (
    SELECT *, count(*) OVER (PARTITION BY table_code, form, coalesce(harmonised_code, code)) AS parts
    FROM marts.form_crosswalk
    WHERE table_code IN ('requests', 'disclosure')
),

harmonised AS (
    SELECT
        side,
        places.table_code,
        if(is_of_two_forms AND places.table_code = 'requests', coalesce(harmonised_code, row_code), row_code) AS row_code,
        if(is_of_two_forms AND places.table_code = 'disclosure', coalesce(harmonised_code, column_code), column_code)
            AS column_code,
        string_agg(printed_text, ' + ' ORDER BY rank) AS printed,
        coalesce(bool_or(is_of_two_forms) AND count(*) < max(parts), false) AS is_partly_printed,
        if(count(*) = count(places.value) AND NOT is_partly_printed, sum(places.value), NULL) AS value,
        CASE
            WHEN bool_or(status = 'unreadable') THEN 'unreadable'
            WHEN count(DISTINCT status) = 1 AND NOT is_partly_printed THEN any_value(status)
            ELSE 'blank'
        END AS status,
        any_value(places.unit) AS unit,
        arg_min(concat_ws('-', places.table_code, 1, row_code, column_code), rank) AS cell,
        bool_or(is_of_two_forms AND grade = 'broken') AS is_broken,
        any_value(reason_zh) FILTER (WHERE is_of_two_forms AND grade = 'broken') AS reason_zh,
        any_value(reason_en) FILTER (WHERE is_of_two_forms AND grade = 'broken') AS reason_en
    FROM (SELECT *, row_number() OVER (ORDER BY side, place) AS rank FROM places) AS places
    JOIN forms USING (table_code)
    LEFT JOIN crosswalk
        ON crosswalk.table_code = places.table_code
        AND crosswalk.form = places.form
        AND crosswalk.code = if(places.table_code = 'disclosure', column_code, row_code)
    GROUP BY ALL
),

labels AS (
    SELECT 'requests' AS table_code, row_code, coalesce(label_2021, label_2019) AS label, "order"::INTEGER AS rank
    FROM landing.form_requests_rows
    UNION ALL
    SELECT 'requests', 'other', '（六）其他处理', 21
    UNION ALL
    SELECT 'litigation', venue_code, any_value(venue_label), min("order"::INTEGER)
    FROM landing.form_litigation_columns GROUP BY venue_code
    UNION ALL
    SELECT 'disclosure', row_code, arg_max(row_label, form), min(rowid)::INTEGER
    FROM landing.form_disclosure_cells GROUP BY row_code
    UNION ALL
    SELECT 'statistics', row_code, label, rowid::INTEGER FROM landing.form_statistics_2014
),

column_labels AS (
    SELECT 'requests' AS table_code, column_code, label, "order"::INTEGER AS rank FROM landing.form_requests_columns
    UNION ALL
    SELECT 'litigation', result_code, any_value(result_label), min("order"::INTEGER)
    FROM landing.form_litigation_columns GROUP BY result_code
    UNION ALL
    SELECT 'disclosure', column_code, arg_max(column_label, form), min(rowid)::INTEGER
    FROM landing.form_disclosure_cells GROUP BY column_code
    UNION ALL
    SELECT 'statistics', 'value', '数值', 1
),

-- What a law broke between the two years.
laws AS (
    SELECT breaks.table_code, breaks.code, string_agg(what_zh, '；') AS what_zh, string_agg(what_en, '; ') AS what_en
    FROM marts.breaks
    WHERE kind = 'law' AND breaks_at = 'year'
        AND report_year > (SELECT min(report_year) FROM landing.reports WHERE list_contains([$left, $right], document_id))
        AND report_year <= (SELECT max(report_year) FROM landing.reports WHERE list_contains([$left, $right], document_id))
    GROUP BY ALL
),

pairs AS (
    SELECT
        table_code,
        row_code,
        column_code,
        coalesce(labels.label, row_code) AS row_label,
        coalesce(column_labels.label, column_code) AS column_label,
        ours.printed AS left_text,
        theirs.printed AS right_text,
        ours.value AS left_value,
        theirs.value AS right_value,
        ours.unit AS left_unit,
        theirs.unit AS right_unit,
        ours.status AS left_status,
        theirs.status AS right_status,
        CASE
            WHEN ours.status IS NULL OR theirs.status IS NULL THEN 'one_side'
            WHEN ours.is_broken OR theirs.is_broken THEN 'broken'
            WHEN ours.unit IS DISTINCT FROM theirs.unit AND ours.value IS NOT NULL AND theirs.value IS NOT NULL THEN 'unit'
            WHEN laws.code IS NOT NULL THEN 'law'
            ELSE 'same'
        END AS comparability,
        CASE comparability
            WHEN 'broken' THEN coalesce(ours.reason_zh, theirs.reason_zh) WHEN 'law' THEN laws.what_zh
        END AS reason_zh,
        CASE comparability
            WHEN 'broken' THEN coalesce(ours.reason_en, theirs.reason_en) WHEN 'law' THEN laws.what_en
        END AS reason_en,
        left_form,
        right_form,
        ours.cell AS left_cell,
        theirs.cell AS right_cell,
        labels.rank AS row_rank,
        column_labels.rank AS column_rank
    FROM (FROM harmonised WHERE side = 'left') AS ours
    FULL JOIN (FROM harmonised WHERE side = 'right') AS theirs USING (table_code, row_code, column_code)
    LEFT JOIN forms USING (table_code)
    LEFT JOIN laws ON laws.table_code = table_code AND laws.code = row_code
    LEFT JOIN labels USING (table_code, row_code)
    LEFT JOIN column_labels USING (table_code, column_code)
)

SELECT
    * EXCLUDE (row_rank),
    if(comparability IN ('same', 'law'), right_value - left_value, NULL) AS difference
FROM pairs
ORDER BY
    array_position(['disclosure', 'requests', 'litigation', 'statistics'], table_code),
    row_rank NULLS LAST,
    row_code,
    column_rank NULLS LAST,
    column_code
