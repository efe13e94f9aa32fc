-- A metric by province: rates of the sums, sums, else medians. What another report that counts here holds counts once.
WITH {judged_reports.sql},

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
    WHERE ($together = 'median' OR covered_by IS NULL OR covered_by NOT IN (SELECT agency_id FROM judged))
        AND state <> 'misprint'
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
