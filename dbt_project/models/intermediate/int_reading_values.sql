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

stated as (
    select distinct document_id, measure, applicant_type
    from {{ ref("int_statements") }}

    union

    select distinct document_id_before, measure, applicant_type
    from {{ ref("int_statements") }}
    where is_of_years and document_id_before is not null
),

-- Joins and groups are by numbers: there are many rows, and the names of documents, readings and places are long.
documents as (
    select document_id, (row_number() over ())::integer as document
    from (select distinct document_id from stated)
),

questions as (
    select reading, applicant_type, (row_number() over ())::integer as question
    from (
        select distinct readings.reading, stated.applicant_type
        from (select distinct measure, applicant_type from stated) as stated
        join {{ ref("stg_statement_readings") }} as readings using (measure)
    )
),

terms as (
    select
        questions.question,
        terms.sign,
        terms.table_code,
        terms.row_code,
        coalesce(terms.column_code, applicants.column_code) as column_code
    from questions
    join {{ ref("stg_reading_terms") }} as terms using (reading)
    join applicants
        on questions.applicant_type = applicants.applicant_type
        -- Tables 2 and 4 do not tell applicants apart.
        and (terms.table_code = 'requests' or applicants.applicant_type = 'total')
),

places as (
    select table_code, row_code, column_code, (row_number() over ())::integer as place
    from (select distinct table_code, row_code, column_code from terms)
),

wanted as (
    select distinct documents.document, questions.question
    from stated
    join documents using (document_id)
    join {{ ref("stg_statement_readings") }} as readings using (measure)
    join questions
        on readings.reading = questions.reading and stated.applicant_type = questions.applicant_type
),

unplaced as (
    select document_id, table_code, table_set
    from {{ ref("int_tables") }}
    where has_unplaced
),

figures as (
    select documents.document, places.place, figures.table_set, figures.value, figures.in_doubt
    from (
        select
            sums.document_id,
            sums.table_code,
            sums.table_set,
            sums.row_code,
            sums.column_code,
            coalesce(sums.total, sums.parts) as value,
            coalesce(sums.total_state, 'nothing') = 'unreadable'
            or (coalesce(sums.total_state, 'nothing') = 'nothing' and sums.has_unreadable_parts)
            or unplaced.document_id is not null as in_doubt
        from {{ ref("int_sums") }} as sums
        left join unplaced using (document_id, table_code, table_set)
        where sums.parts_are <> 'outcomes'

        union all

        select
            figures.document_id,
            figures.table_code,
            figures.table_set,
            figures.row_code,
            figures.column_code,
            figures.value,
            figures.state = 'unreadable' or unplaced.document_id is not null
        from {{ ref("int_figures") }} as figures
        left join unplaced using (document_id, table_code, table_set)
        where figures.column_code <> 'total'
    ) as figures
    join places using (table_code, row_code, column_code)
    join documents using (document_id)
),

asked as (
    select wanted.document, wanted.question, places.place, terms.sign
    from wanted
    join terms using (question)
    join places using (table_code, row_code, column_code)
),

sums as (
    select
        document,
        asked.question,
        figures.table_set,
        sum(asked.sign * figures.value)::decimal(38, 6) as value,
        bool_or(figures.in_doubt) as in_doubt
    from asked
    join figures using (document, place)
    group by document, asked.question, figures.table_set
)

select
    documents.document_id,
    questions.reading,
    questions.applicant_type,
    sums.table_set,
    sums.value,
    sums.in_doubt
from sums
join documents using (document)
join questions using (question)
