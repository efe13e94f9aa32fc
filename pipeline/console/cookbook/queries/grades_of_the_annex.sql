SELECT grade, count(DISTINCT code) AS indicators, count(DISTINCT harmonised_code) AS series
FROM marts.form_crosswalk
WHERE form = '2014'
GROUP BY grade
ORDER BY grade
