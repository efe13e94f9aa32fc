-- How the values spread: bars of one width, or, without a width, each twice as wide as the one before: of whole numbers
-- (a step of 1) 1, 2-3, 4-7; of amounts (a step of 0) 0-1, 1-2, 2-4, each up to where the next begins.
WITH {judged_reports.sql},

bars AS (
    SELECT
        state,
        if(
            $width IS NOT NULL,
            least(floor(value::DOUBLE / $width + 1e-9) * $width, $last),
            CASE
                WHEN value <= -1 THEN -power(2, floor(log2(-value::DOUBLE) + 1e-9) + 1) + 1
                WHEN value < 1 THEN 0
                ELSE power(2, floor(log2(value::DOUBLE) + 1e-9))
            END
        ) AS low
    FROM judged
    WHERE state IN ('ranked', 'small')
)

SELECT
    low,
    if(
        $width IS NOT NULL,
        if(low >= $last, NULL, low + $width),
        CASE WHEN low < 0 THEN (low - 1) / 2 WHEN low = 0 THEN 1 - $step ELSE 2 * low - $step END
    ) AS high,
    count(*) FILTER (state = 'ranked') AS ranked,
    count(*) FILTER (state = 'small') AS small
FROM bars
GROUP BY low
ORDER BY low
