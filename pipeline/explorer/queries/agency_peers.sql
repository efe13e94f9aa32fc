-- The ranked measures of the agency, and the quartiles of its peers: same year, function, level and scope, over the country.
WITH own AS (
    SELECT agency_year.*, function, level
    FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)
    WHERE agency_id = $agency_id
),
joined AS (
    SELECT own.report_year, own.peers AS peers_in_province, of_peers.agencies AS peers, of_peers.is_small, unnest([
        {'n': 1, 'measure': 'received_new', 'value': own.received_new::DOUBLE, 'q1': received_new_q1,
            'median': received_new_median, 'q3': received_new_q3, 'rank': received_new_rank, 'of': received_new_peers,
            'few': NULL},
        {'n': 2, 'measure': 'concluded', 'value': own.concluded::DOUBLE, 'q1': concluded_q1,
            'median': concluded_median, 'q3': concluded_q3, 'rank': concluded_rank, 'of': concluded_peers, 'few': NULL},
        {'n': 3, 'measure': 'disclosure_rate', 'value': own.disclosure_rate, 'q1': disclosure_rate_q1,
            'median': disclosure_rate_median, 'q3': disclosure_rate_q3, 'rank': disclosure_rate_rank,
            'of': disclosure_rate_peers, 'few': concluded_is_small},
        {'n': 4, 'measure': 'refusal_rate', 'value': own.refusal_rate, 'q1': refusal_rate_q1,
            'median': refusal_rate_median, 'q3': refusal_rate_q3, 'rank': refusal_rate_rank,
            'of': refusal_rate_peers, 'few': concluded_is_small},
        {'n': 5, 'measure': 'unavailability_rate', 'value': own.unavailability_rate, 'q1': unavailability_rate_q1,
            'median': unavailability_rate_median, 'q3': unavailability_rate_q3, 'rank': unavailability_rate_rank,
            'of': unavailability_rate_peers, 'few': concluded_is_small},
        {'n': 6, 'measure': 'carried_out_share', 'value': own.carried_out_share, 'q1': carried_out_share_q1,
            'median': carried_out_share_median, 'q3': carried_out_share_q3, 'rank': carried_out_share_rank,
            'of': carried_out_share_peers, 'few': on_hand_is_small},
        {'n': 7, 'measure': 'disputes_per_100_concluded', 'value': own.disputes_per_100_concluded,
            'q1': disputes_per_100_concluded_q1, 'median': disputes_per_100_concluded_median,
            'q3': disputes_per_100_concluded_q3, 'rank': disputes_per_100_concluded_rank,
            'of': disputes_per_100_concluded_peers, 'few': concluded_is_small},
        {'n': 8, 'measure': 'reconsideration_corrected_rate', 'value': own.reconsideration_corrected_rate,
            'q1': reconsideration_corrected_rate_q1, 'median': reconsideration_corrected_rate_median,
            'q3': reconsideration_corrected_rate_q3, 'rank': reconsideration_corrected_rate_rank,
            'of': reconsideration_corrected_rate_peers, 'few': reconsiderations_is_small}
    ], recursive := true)
    FROM own
    LEFT JOIN marts.function_year AS of_peers
        ON own.report_year = of_peers.report_year AND own.function = of_peers.function AND own.level = of_peers.level
        AND own.scope = of_peers.scope AND of_peers.province IS NULL
)
SELECT measure, report_year, value, few, q1, median, q3, peers, is_small, rank, of AS ranked, peers_in_province
FROM joined
ORDER BY n, report_year
