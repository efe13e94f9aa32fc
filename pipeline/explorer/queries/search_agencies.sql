WITH asked AS (SELECT $words AS words),
found AS (
    SELECT agency_id, agency_full_name, level, function, division_code, valid_to, successor_agency_id
    FROM marts.dim_agency, asked
    WHERE len(words) > 0 AND len(list_filter(words, lambda word: NOT (
        contains(agency_full_name, word.text)
        OR contains(agency_id, word.text)
        OR contains(coalesce(function, ''), word.text)
        OR (
            -- in one of the places that the word names, and called as its rest says
            (word.anywhere OR list_has_any(word.places, [
                left(division_code, 2) || '0000', left(division_code, 4) || '00', left(division_code, 6), division_code
            ]))
            AND (contains(agency_full_name, word.body) OR contains(agency_full_name, word.said))
        )
    ))) = 0
),
counted AS (
    SELECT *, count(*) OVER () AS total,
        array_position(['national', 'province', 'prefecture', 'county', 'township'], level) AS rank
    FROM found
),
shown AS (
    SELECT * FROM counted
    ORDER BY rank NULLS LAST, division_code, NOT ends_with(agency_full_name, '人民政府'), agency_full_name, agency_id
    LIMIT $limit OFFSET $offset
),
reported AS (
    SELECT agency_id, count(*) AS reports, min(report_year) AS first_year, max(report_year) AS last_year
    FROM marts.report SEMI JOIN shown USING (agency_id)
    GROUP BY agency_id
)
SELECT
    shown.agency_id, shown.agency_full_name, shown.level, shown.function, shown.division_code, shown.total,
    coalesce(reported.reports, 0) AS reports, reported.first_year, reported.last_year
FROM shown
LEFT JOIN reported USING (agency_id)
ORDER BY
    shown.rank NULLS LAST, shown.division_code, NOT ends_with(shown.agency_full_name, '人民政府'),
    shown.agency_full_name, shown.agency_id
