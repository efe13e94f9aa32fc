{#
    What the tables give for each reading of what the sentences of a report, or of the report of the year after, state:
    one row for each set of tables. A cell that is blank adds nothing; a reading of which every cell is blank is not
    printed, and has no value. It is in doubt if one of its cells cannot be read, or its table holds figures that have no
    place. Where a total is blank, the sum of its parts stands for it, as in the facts.
#}
with applicants as (
    select column_code as applicant_type, column_code
    from {{ source("landing", "form_requests_columns") }}

    union all

    select parent_code, column_code
    from {{ source("landing", "form_requests_columns") }}
    where parent_code is not null
),

-- Joins and groups are by numbers: there are many rows, and the names of documents and places are long.
terms as (
    select
        hash(terms.table_code, terms.row_code, coalesce(terms.column_code, applicants.column_code)) as place,
        terms.reading,
        applicants.applicant_type,
        terms.sign
    from {{ ref("stg_reading_terms") }} as terms
    join applicants
        -- Tables 2 and 4 do not tell applicants apart.
        on terms.table_code = 'requests' or applicants.applicant_type = 'total'
),

stated as (
    select distinct document_id, measure, applicant_type
    from {{ ref("int_statements") }}

    union

    select distinct document_id_before, measure, applicant_type
    from {{ ref("int_statements") }}
    where is_of_years and document_id_before is not null
),

documents as (
    select
        document_id,
        row_number() over () as number,
        bool_or(applicant_type <> 'total') as tells_applicants
    from stated
    group by document_id
),

wanted as (
    select distinct documents.number, readings.reading, stated.applicant_type
    from stated
    join documents using (document_id)
    join {{ ref("stg_statement_readings") }} as readings using (measure)
),

printed as (
    select documents.number, documents.tells_applicants, figures.*
    from {{ ref("int_figures") }} as figures
    join documents using (document_id)
),

totals as (
    select
        number,
        table_code,
        table_set,
        row_code,
        any_value(state) filter (where column_code = 'total') as state,
        any_value(value) filter (where column_code = 'total') as total,
        sum(value) filter (where column_code <> 'total') as parts,
        coalesce(bool_or(state = 'unreadable') filter (where column_code <> 'total'), false) as parts_in_doubt
    from printed
    where table_code in ('requests', 'litigation')
    group by number, table_code, table_set, row_code
),

figures as (
    select
        number,
        hash(table_code, row_code, 'total') as place,
        table_code,
        table_set,
        if(state = 'number', total, parts) as value,
        coalesce(state, 'nothing') = 'unreadable'
        or (coalesce(state, 'nothing') = 'nothing' and parts_in_doubt) as in_doubt
    from totals

    union all

    select number, hash(table_code, row_code, column_code), table_code, table_set, value, state = 'unreadable'
    from printed
    where column_code <> 'total' and (table_code <> 'requests' or tells_applicants)
),

unplaced as (
    select distinct documents.number, cells.table_code, cells.table_set
    from {{ ref("int_cells") }} as cells
    join documents using (document_id)
    where cells.status = 'unplaced'
),

sums as (
    select
        number,
        wanted.reading,
        wanted.applicant_type,
        figures.table_set,
        sum(terms.sign * figures.value)::decimal(38, 6) as value,
        bool_or(figures.in_doubt or unplaced.number is not null) as in_doubt
    from wanted
    join terms using (reading, applicant_type)
    join figures using (number, place)
    left join unplaced using (number, table_code, table_set)
    group by number, wanted.reading, wanted.applicant_type, figures.table_set
)

select documents.document_id, sums.* exclude (number)
from sums
join documents using (number)
