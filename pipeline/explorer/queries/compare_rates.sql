-- Rates of the two current reports, each with whether its denominator is under 30.
WITH years AS (
    SELECT if(document_id = $left, 'left', 'right') AS side, agency_year.*
    FROM marts.agency_year
    WHERE list_contains([$left, $right], document_id)
),

rates AS (
    SELECT side, 1 AS rank, 'disclosure_rate' AS metric, disclosure_rate AS value, concluded_is_small AS is_small FROM years
    UNION ALL SELECT side, 2, 'refusal_rate', refusal_rate, concluded_is_small FROM years
    UNION ALL SELECT side, 3, 'unavailability_rate', unavailability_rate, concluded_is_small FROM years
    UNION ALL SELECT side, 4, 'not_processed_rate', not_processed_rate, concluded_is_small FROM years
    UNION ALL SELECT side, 5, 'natural_person_share', natural_person_share, received_is_small FROM years
    UNION ALL SELECT side, 6, 'carried_out_share', carried_out_share, on_hand_is_small FROM years
    UNION ALL
    SELECT side, 7, 'reconsideration_corrected_rate', reconsideration_corrected_rate, reconsiderations_is_small FROM years
    UNION ALL SELECT side, 8, 'suit_corrected_rate', suit_corrected_rate, suits_is_small FROM years
)

SELECT
    metric,
    max(value) FILTER (side = 'left') AS left_value,
    max(value) FILTER (side = 'right') AS right_value,
    right_value - left_value AS difference,
    bool_or(is_small) FILTER (side = 'left') AS left_is_small,
    bool_or(is_small) FILTER (side = 'right') AS right_is_small
FROM rates
GROUP BY metric, rank
HAVING count(value) > 0
ORDER BY rank
