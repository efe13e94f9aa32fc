SELECT level, agencies, is_small, received_new, disclosed_agencies, received_new_median
FROM marts.function_year
WHERE report_year = 2023 AND function = '机关事务' AND scope = 'own' AND province IS NULL
ORDER BY level
