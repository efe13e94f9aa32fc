-- How many reports of the year stand in the ranking, and how many do not and why.
WITH {judged_reports.sql}

SELECT
    state,
    count(*) AS reports,
    min(value) AS lowest,
    quantile_cont(value::DOUBLE, 0.25) AS q1,
    median(value::DOUBLE) AS median,
    quantile_cont(value::DOUBLE, 0.75) AS q3,
    max(value) AS highest
FROM judged
GROUP BY state
ORDER BY array_position(['ranked', 'small', 'unknown', 'misprint'], state)
