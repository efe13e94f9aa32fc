-- Agencies of a year by a metric; equal values share a rank.
WITH {judged_reports.sql}

SELECT
    if(state IN ('ranked', 'small') AND list_contains($states, 'ranked'), rank() OVER (ORDER BY value {order} NULLS LAST), NULL)
        AS rank,
    agency_id,
    agency_full_name,
    value,
    numerator,
    denominator,
    state,
    scope,
    level,
    function,
    province,
    quality,
    document_id
FROM judged
WHERE list_contains($states, state)
ORDER BY value {order} NULLS LAST, agency_full_name, agency_id
LIMIT $limit OFFSET $offset
