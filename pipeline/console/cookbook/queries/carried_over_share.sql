SELECT division_name, report_year, basis, carried_out, received_new + carried_in AS on_hand,
    carried_out / nullif(received_new + carried_in, 0) AS share
FROM marts.region_year
WHERE level = 'prefecture'
ORDER BY division_code, report_year
