-- Which sums int_rule_requests and int_rule_litigation can judge. In a table that prints a number in every place of a form
-- they can judge all; of the others one pass over the figures tells, with a bit for each column (or row) in which the
-- parts, the total or a doubt stand. A rule is judged where one of its places can be.
with form_sizes as (
    select
        'requests' as table_code,
        count(*) * (select count(*) from {{ source("landing", "form_requests_columns") }}) as places
    from {{ source("landing", "form_requests_rows") }}
    where label_2019 is not null

    union all

    select 'litigation', count(*)
    from {{ source("landing", "form_litigation_columns") }}
),

tables as (
    select
        tables.document_id,
        tables.table_code,
        tables.table_set,
        tables.has_unplaced,
        tables.numbers = tables.cells and tables.cells >= form_sizes.places as is_complete
    from {{ ref("int_tables") }} as tables
    join form_sizes using (table_code)
),

figures as (
    select
        figures.document_id,
        figures.table_code,
        figures.table_set,
        figures.row_code,
        figures.column_code = 'total' as is_total,
        figures.column_code,
        figures.state = 'number' as is_number,
        figures.state = 'unreadable' as is_unreadable
    from {{ ref("int_figures") }} as figures
    semi join (from tables where not is_complete) as unclear using (document_id, table_code, table_set)
    where figures.state <> 'nothing'
),

requests as (
    select
        document_id,
        table_set,
        coalesce(bit_or(column_bit) filter (where is_outcome and is_number), 0) as outcomes,
        coalesce(bit_or(column_bit) filter (where is_outcome and is_unreadable), 0) as doubtful_outcomes,
        coalesce(bit_or(column_bit) filter (where is_received_new and is_number), 0) as received_new,
        coalesce(bit_or(column_bit) filter (where is_carried_in and is_number), 0) as carried_in,
        coalesce(bit_or(column_bit) filter (where is_outcomes_total and is_number), 0) as outcomes_total,
        coalesce(bit_or(column_bit) filter (where is_carried_out and is_number), 0) as carried_out,
        coalesce(bit_or(column_bit) filter (where not is_outcome and is_unreadable), 0) as doubtful_balances,
        coalesce(bit_or(row_bit) filter (where not is_total and is_number), 0) as types,
        coalesce(bit_or(row_bit) filter (where not is_total and is_unreadable), 0) as doubtful_types,
        coalesce(bit_or(row_bit) filter (where is_total and is_number), 0) as totals
    from figures
    join (
        select
            row_code,
            1 << "order"::integer as row_bit,
            kind = 'outcome' as is_outcome,
            kind = 'total' as is_outcomes_total,
            row_code = 'received_new' as is_received_new,
            row_code = 'carried_in' as is_carried_in,
            row_code = 'carried_out' as is_carried_out
        from {{ source("landing", "form_requests_rows") }}
    ) as form_rows using (row_code)
    join (
        select column_code, 1 << "order"::integer as column_bit
        from {{ source("landing", "form_requests_columns") }}
    ) as form_columns using (column_code)
    where table_code = 'requests'
    group by document_id, table_set
),

litigation as (
    select
        document_id,
        table_set,
        coalesce(bit_or(venue_bit) filter (where not is_total and is_number), 0) as results,
        coalesce(bit_or(venue_bit) filter (where not is_total and is_unreadable), 0) as doubtful_results,
        coalesce(bit_or(venue_bit) filter (where is_total and is_number), 0) as totals
    from figures
    join (
        select venue_code as row_code, 1 << min("order"::integer) as venue_bit
        from {{ source("landing", "form_litigation_columns") }}
        group by venue_code
    ) as venues using (row_code)
    where table_code = 'litigation'
    group by document_id, table_set
),

judged as (
    select
        tables.document_id,
        bool_or(
            (is_complete and table_code = 'requests')
            or (not has_unplaced and outcomes & requests.outcomes_total & ~doubtful_outcomes <> 0)
        ) as outcomes_sum,
        bool_or(
            (is_complete and table_code = 'requests')
            or (not has_unplaced and types & requests.totals & ~doubtful_types <> 0)
        ) as applicant_types_sum,
        bool_or(
            (is_complete and table_code = 'requests')
            or received_new & requests.outcomes_total & ~doubtful_balances
            & if(has_unplaced, carried_in & carried_out, -1) <> 0
        ) as requests_balance,
        bool_or(
            (is_complete and table_code = 'litigation')
            or (not has_unplaced and results & litigation.totals & ~doubtful_results <> 0)
        ) as litigation_results_sum
    from tables
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
