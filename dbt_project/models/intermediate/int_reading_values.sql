{#
    What the tables give for each reading of what the sentences of a report, or of the report of the year after, state:
    one row for each set of tables. A cell that is blank adds nothing; a reading of which every cell is blank is not
    printed, and has no value. It is in doubt if one of its cells cannot be read, or its table holds figures that have no
    place. Where a total is blank, the sum of its parts stands for it, as in the facts.
#}
with wanted as (
    select distinct document_id, reading, applicant_type
    from (
        select document_id, measure, applicant_type
        from {{ ref("int_statements") }}

        union all

        select document_id_before, measure, applicant_type
        from {{ ref("int_statements") }}
        where is_of_years and document_id_before is not null
    )
    join {{ ref("stg_statement_readings") }} using (measure)
),

applicants as (
    select column_code as applicant_type, column_code
    from {{ source("landing", "form_requests_columns") }}

    union all

    select parent_code, column_code
    from {{ source("landing", "form_requests_columns") }}
    where parent_code is not null
),

printed as (
    select *
    from {{ ref("int_figures") }}
    semi join wanted using (document_id)
),

totals as (
    select
        document_id,
        table_code,
        table_set,
        row_code,
        any_value(state) filter (where column_code = 'total') as state,
        any_value(value) filter (where column_code = 'total') as total,
        sum(value) filter (where column_code <> 'total') as parts,
        coalesce(bool_or(state = 'unreadable') filter (where column_code <> 'total'), false) as parts_in_doubt
    from printed
    where table_code in ('requests', 'litigation')
    group by all
),

figures as (
    select
        document_id,
        table_code,
        table_set,
        row_code,
        'total' as column_code,
        if(state = 'number', total, parts) as value,
        coalesce(state, 'nothing') = 'unreadable'
        or (coalesce(state, 'nothing') = 'nothing' and parts_in_doubt) as in_doubt
    from totals

    union all

    select document_id, table_code, table_set, row_code, column_code, value, state = 'unreadable'
    from printed
    where column_code <> 'total'
        and (
            table_code <> 'requests'
            or document_id in (select document_id from wanted where applicant_type <> 'total')
        )
),

unplaced as (
    select distinct document_id, table_code, table_set
    from {{ ref("int_cells") }}
    where status = 'unplaced'
)

select
    document_id,
    wanted.reading,
    wanted.applicant_type,
    figures.table_set,
    sum(terms.sign * figures.value)::decimal(38, 6) as value,
    bool_or(figures.in_doubt or unplaced.document_id is not null) as in_doubt
from wanted
join {{ ref("stg_reading_terms") }} as terms using (reading)
join applicants using (applicant_type)
join figures
    using (document_id, table_code, row_code)
left join unplaced using (document_id, table_code, table_set)
where figures.column_code = coalesce(terms.column_code, applicants.column_code)
    -- Tables 2 and 4 do not tell applicants apart.
    and (terms.table_code = 'requests' or wanted.applicant_type = 'total')
group by all
