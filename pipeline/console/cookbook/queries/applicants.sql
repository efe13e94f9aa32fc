SELECT applicant_type, sum(received_new) AS received
FROM marts.fct_applications
WHERE report_year = 2023 AND covered_by IS NULL
GROUP BY applicant_type
ORDER BY applicant_type
