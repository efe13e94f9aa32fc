SELECT report_year, item, measure, unit, count(*) AS reports, sum(value) AS value
FROM marts.fct_disclosure
WHERE measure IN ('amount_10k_yuan', 'amount') AND covered_by IS NULL
GROUP BY report_year, item, measure, unit
ORDER BY report_year, item
