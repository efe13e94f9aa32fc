-- One finding for what a sentence states of a measure, with the sentence and the cells of the reading that comes first.
with failures as (
    select
        *,
        concat_ws('/', measure, applicant_type, period, qualifier, md5(sentence)) as subject,
        if(period = 'last_year', document_id_before, document_id) as compared_with
    from {{ ref("statement") }}
    where result = 'contradicts'
    qualify row_number() over (partition by document_id, subject order by printed_in, position) = 1
),

places as (
    select
        failures.printed_in as stated_in,
        failures.position,
        terms.table_code,
        terms.row_code,
        coalesce(terms.column_code, failures.applicant_type) as column_code,
        unnest(
            if(
                failures.qualifier in ('growth', 'change'),
                [failures.document_id, failures.document_id_before],
                [failures.compared_with]
            )
        ) as document_id
    from failures
    join {{ ref("stg_reading_terms") }} as terms using (reading)
),

printed as (
    select stated_in, position, {{ printed_cells("cells") }} as cells
    from places
    join {{ ref("int_cells") }} as cells using (document_id, table_code, row_code)
    where cells.table_set = 1
        and (
            cells.column_code = places.column_code
            or (
                places.column_code = 'organisation'
                and cells.column_code in (
                    select column_code
                    from {{ source("landing", "form_requests_columns") }}
                    where parent_code = 'organisation'
                )
            )
        )
    group by stated_in, position
)

select
    failures.rule_code,
    failures.document_id,
    failures.subject,
    failures.sentence as place_zh,
    failures.sentence as place_en,
    failures.stated_value as left_value,
    failures.table_value as right_value,
    readings.title_zh as note_zh,
    readings.title_en as note_en,
    to_json(
        list_prepend(
            to_json({
                'document_id': failures.printed_in,
                'section': failures.section,
                'position': failures.position,
                'sentence': failures.sentence,
                'excerpt': failures.excerpt,
                'measure': failures.measure,
                'period': failures.period,
                'value': failures.stated_value
            }),
            coalesce(printed.cells, {{ no_cells() }})::json[]
        )
    ) as cells
from failures
join {{ ref("readings") }} as readings using (reading)
left join printed on failures.printed_in = printed.stated_in and failures.position = printed.position
