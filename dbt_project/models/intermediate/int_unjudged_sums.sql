-- Which sums int_rule_requests and int_rule_litigation can judge, in one pass over the figures: a bit for each column
-- (or row) in which the parts, the total or a doubt stand. A rule is judged where one of its places can be.
with requests as (
    select
        document_id,
        table_set,
        coalesce(bit_or(column_bit) filter (where kind = 'outcome' and state = 'number'), 0) as outcomes,
        coalesce(bit_or(column_bit) filter (where kind = 'outcome' and state = 'unreadable'), 0) as doubtful_outcomes,
        coalesce(bit_or(column_bit) filter (where row_code = 'received_new' and state = 'number'), 0) as received_new,
        coalesce(bit_or(column_bit) filter (where row_code = 'carried_in' and state = 'number'), 0) as carried_in,
        coalesce(bit_or(column_bit) filter (where kind = 'total' and state = 'number'), 0) as outcomes_total,
        coalesce(bit_or(column_bit) filter (where row_code = 'carried_out' and state = 'number'), 0) as carried_out,
        coalesce(bit_or(column_bit) filter (where kind <> 'outcome' and state = 'unreadable'), 0) as doubtful_balances,
        coalesce(bit_or(row_bit) filter (where column_code <> 'total' and state = 'number'), 0) as types,
        coalesce(bit_or(row_bit) filter (where column_code <> 'total' and state = 'unreadable'), 0) as doubtful_types,
        coalesce(bit_or(row_bit) filter (where column_code = 'total' and state = 'number'), 0) as totals
    from (
        select
            figures.document_id,
            figures.table_set,
            figures.row_code,
            figures.column_code,
            figures.state,
            form_row.kind,
            1 << form_row."order"::integer as row_bit,
            1 << form_column."order"::integer as column_bit
        from {{ ref("int_figures") }} as figures
        join {{ source("landing", "form_requests_rows") }} as form_row using (row_code)
        join {{ source("landing", "form_requests_columns") }} as form_column using (column_code)
        where figures.table_code = 'requests'
    )
    group by document_id, table_set
),

litigation as (
    select
        document_id,
        table_set,
        coalesce(bit_or(venue_bit) filter (where column_code <> 'total' and state = 'number'), 0) as results,
        coalesce(bit_or(venue_bit) filter (where column_code <> 'total' and state = 'unreadable'), 0) as doubtful_results,
        coalesce(bit_or(venue_bit) filter (where column_code = 'total' and state = 'number'), 0) as totals
    from (
        select figures.document_id, figures.table_set, figures.column_code, figures.state, venues.venue_bit
        from {{ ref("int_figures") }} as figures
        join (
            select venue_code, 1 << min("order"::integer) as venue_bit
            from {{ source("landing", "form_litigation_columns") }}
            group by venue_code
        ) as venues on figures.row_code = venues.venue_code
        where figures.table_code = 'litigation'
    )
    group by document_id, table_set
),

judged as (
    select
        tables.document_id,
        bool_or(not has_unplaced and outcomes & requests.outcomes_total & ~doubtful_outcomes <> 0) as outcomes_sum,
        bool_or(not has_unplaced and types & requests.totals & ~doubtful_types <> 0) as applicant_types_sum,
        bool_or(
            received_new & requests.outcomes_total & ~doubtful_balances
            & if(has_unplaced, carried_in & carried_out, -1) <> 0
        ) as requests_balance,
        bool_or(not has_unplaced and results & litigation.totals & ~doubtful_results <> 0) as litigation_results_sum
    from {{ ref("int_tables") }} as tables
    left join requests
        on tables.document_id = requests.document_id
        and tables.table_set = requests.table_set
        and tables.table_code = 'requests'
    left join litigation
        on tables.document_id = litigation.document_id
        and tables.table_set = litigation.table_set
        and tables.table_code = 'litigation'
    group by tables.document_id
)

{{ not_judged("judged", ["outcomes_sum", "applicant_types_sum", "requests_balance", "litigation_results_sum"]) }}
