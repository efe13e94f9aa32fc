-- Wherever a current report prints a total, the facts add up to it: in each row of table 3 and each venue of table 4.
with facts as (
    select agency_id, report_year, 'requests' as table_code, outcome_code as row_code, applications as value
    from {{ ref("fct_outcomes") }}

    union all

    from (
        unpivot (
            select agency_id, report_year, received_new, carried_in, concluded as outcomes_total, carried_out
            from {{ ref("fct_applications") }}
        )
        on received_new, carried_in, outcomes_total, carried_out
        into name row_code value value
    )
    select agency_id, report_year, 'requests', row_code, value

    union all

    select agency_id, report_year, 'litigation', venue, cases
    from {{ ref("fct_litigation") }}
),

sums as (
    select agency_id, report_year, table_code, row_code, sum(value) as value
    from facts
    group by all
)

select agency_id, report_year, table_code, row_code, sums.value as facts, printed.value as printed
from {{ ref("int_printed_totals") }} as printed
left join sums using (agency_id, report_year, table_code, row_code)
where sums.value is distinct from printed.value
