-- The sums that the forms themselves state.
SELECT rule_code, title_zh, title_en, formula
FROM marts.rules
WHERE list_contains($rules, rule_code)
