SELECT outcome_group, count(DISTINCT outcome_code) AS outcomes, sum(applications) AS applications
FROM marts.fct_outcomes
WHERE report_year = 2023 AND covered_by IS NULL
GROUP BY outcome_group
ORDER BY outcome_group
