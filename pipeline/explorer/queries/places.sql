-- A metric by province: rates of the sums, sums without counting a report twice that another one holds, else medians.
WITH years AS (
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
),

missing AS (
    SELECT
        province,
        count(*) FILTER (status = 'absent') AS absent,
        count(*) FILTER (status = 'blocked') AS blocked,
        count(*) FILTER (status = 'quarantined') AS quarantined
    FROM marts.coverage
    JOIN marts.dim_agency USING (agency_id)
    WHERE report_year = $year
        AND ($level IS NULL OR level = $level)
        AND ($function IS NULL OR function = $function)
    GROUP BY province
),

provinces AS (
    SELECT
        province,
        CASE $together
            WHEN 'rate' THEN
                $factor * (sum(numerator) FILTER (denominator IS NOT NULL))::DOUBLE
                / nullif(sum(denominator) FILTER (numerator IS NOT NULL), 0)
            WHEN 'sum' THEN sum(value)::DOUBLE
            ELSE median(value::DOUBLE)
        END AS value,
        sum(denominator) FILTER (numerator IS NOT NULL) AS denominator,
        count(value) AS agencies,
        count(*) AS reports
    FROM judged
    WHERE ($together = 'median' OR covered_by IS NULL) AND state <> 'misprint'
    GROUP BY province
)

SELECT
    coalesce(provinces.province, missing.province) AS province,
    value,
    if($together = 'rate', denominator, NULL) AS denominator,
    agencies,
    reports,
    CASE
        WHEN coalesce(agencies, 0) = 0 OR value IS NULL THEN 'unknown'
        WHEN $together = 'rate' AND denominator < $small_denominator THEN 'small'
        WHEN $together = 'median' AND agencies < $smallest_group THEN 'small'
        ELSE 'known'
    END AS state,
    coalesce(absent, 0) AS absent,
    coalesce(blocked, 0) AS blocked,
    coalesce(quarantined, 0) AS quarantined
FROM provinces
FULL JOIN missing ON missing.province IS NOT DISTINCT FROM provinces.province
ORDER BY value DESC NULLS LAST, 1
