years AS (
    SELECT *, false AS never FROM marts.agency_year WHERE report_year = $year
),

copies AS (
    SELECT
        agency_id,
        report_year,
        max(copied_share) FILTER (compared_with = 'own_year_before') AS copied_from_year_before,
        max(copied_characters) FILTER (compared_with = 'own_year_before') AS own_copied,
        max(characters) FILTER (compared_with = 'own_year_before') AS own_characters,
        max(copied_share) FILTER (compared_with = 'others_same_year') AS copied_from_others,
        max(copied_characters) FILTER (compared_with = 'others_same_year') AS others_copied,
        max(characters) FILTER (compared_with = 'others_same_year') AS others_characters,
        max(characters) < 500 AS text_is_small,
        false AS never
    FROM marts.similarity
    WHERE report_year = $year
    GROUP BY ALL
),

faults AS (
    SELECT
        report.agency_id,
        report.report_year,
        count(finding_id) AS open_findings,
        count(finding_id) FILTER (finding.severity = 'error') AS open_errors,
        false AS never
    FROM marts.report
    LEFT JOIN marts.finding
        ON finding.document_id = report.document_id AND coalesce(review, 'confirmed') = 'confirmed'
    WHERE report.report_year = $year
    GROUP BY ALL
),

values AS (
    SELECT agency_id, {metric} AS value, {numerator} AS numerator, {denominator} AS denominator, {small} AS is_small
    FROM {source}
),

-- A share over 1 and a negative count can only come of a misprint; what is small is set apart, for one case moves it.
judged AS (
    SELECT
        report.agency_id,
        agency_full_name,
        report.report_year,
        report.document_id,
        scope,
        level,
        function,
        province,
        covered_by,
        quality,
        value,
        numerator,
        denominator,
        CASE
            WHEN value IS NULL THEN 'unknown'
            WHEN value < $lowest OR value > $highest THEN 'misprint'
            WHEN is_small THEN 'small'
            ELSE 'ranked'
        END AS state
    FROM marts.report
    JOIN marts.dim_agency USING (agency_id)
    LEFT JOIN values USING (agency_id)
    WHERE report.report_year = $year
        AND ($level IS NULL OR level = $level)
        AND ($function IS NULL OR function = $function)
        AND ($scope IS NULL OR scope = $scope)
        AND ($province IS NULL OR province = $province)
)
