SELECT report_year, carried_out_before, carried_in, difference, document_id_before, document_id
FROM marts.carry_over
WHERE agency_id = $agency_id AND applicant_type = 'total'
ORDER BY report_year
