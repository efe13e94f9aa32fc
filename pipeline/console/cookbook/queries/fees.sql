SELECT item, measure, unit, count(*) AS reports, sum(value) AS value
FROM marts.fct_disclosure
WHERE measure IN ('amount_10k_yuan', 'amount')
GROUP BY item, measure, unit
ORDER BY item
