-- The judgements that found something broken, with its cells and its words.
with broken as (
    select rule_code, document_id, subject, left_value, right_value, places
    from {{ ref("int_judged") }}
    where is_broken
),

named as (
    select rule_code, document_id as about, subject, unnest(places) as place
    from broken
),

concerned as (
    select named.rule_code, named.about, named.subject, cells.*
    from named
    join {{ ref("int_cells") }} as cells
        on named.place.document_id = cells.document_id
        and named.place.table_code = cells.table_code
        and named.place.table_set = cells.table_set
        and named.place.row_code = cells.row_code
        and named.place.column_code = cells.column_code

    union all

    select broken.rule_code, broken.document_id, broken.subject, cells.*
    from broken
    join {{ ref("int_cells") }} as cells using (document_id)
    where broken.rule_code = 'blank_figure'
        and broken.subject = concat_ws('/', cells.table_code, cells.table_set)
        and cells.status = 'blank'
        and cells.row_code <> 'outcomes_total'
        and cells.column_code <> 'total'
),

listed as (
    select rule_code, about as document_id, subject, {{ printed_cells("concerned") }} as cells
    from concerned
    group by all
),

sightings as (
    select document_id, {{ sighted("evidence") }} as cells
    from {{ source("landing", "evidence") }} as evidence
    where evidence.field = 'publish_date'
        and evidence.chosen
        and document_id in (select document_id from broken where rule_code = 'late_publication')
    group by document_id
),

labels as (
    select row_code, any_value(coalesce(label_2021, label_2019)) as label
    from {{ source("landing", "form_requests_rows") }}
    group by row_code

    union all

    select row_code, arg_max(row_label, form)
    from {{ source("landing", "form_disclosure_cells") }}
    group by row_code

    union all

    select row_code, label
    from {{ source("landing", "form_statistics_2014") }}
)

select
    broken.rule_code,
    broken.document_id,
    broken.subject,
    case
        when broken.rule_code in ('blank_figure', 'blanks_for_noughts')
            then {{ table_zh("split_part(broken.subject, '/', 1)") }}
            || {{ table_set_zh("split_part(broken.subject, '/', 2)::integer") }}
        when broken.rule_code = 'not_a_count' then form.label
        when starts_with(broken.rule_code, 'annex_')
            then labels.label || {{ table_set_zh("coalesce(try_cast(split_part(broken.subject, '/', 2) as integer), 1)") }}
        else coalesce(labels.label, '')
    end as place_zh,
    case
        when broken.rule_code in ('blank_figure', 'blanks_for_noughts')
            then {{ table_en("split_part(broken.subject, '/', 1)") }}
            || {{ table_set_en("split_part(broken.subject, '/', 2)::integer") }}
        when broken.rule_code = 'not_a_count' then concat_ws(', ', form.row_code, form.column_code)
        else replace(broken.subject, '/', ', ')
    end as place_en,
    broken.left_value,
    broken.right_value,
    coalesce(
        listed.cells,
        if(broken.rule_code = 'late_publication', sightings.cells, null),
        {{ no_cells() }}
    ) as cells
from broken
left join listed using (rule_code, document_id, subject)
left join sightings using (document_id)
left join labels on split_part(broken.subject, '/', 1) = labels.row_code
left join {{ ref("stg_form_places") }} as form
    on broken.rule_code = 'not_a_count'
    and split_part(broken.subject, '/', 1) = form.table_code
    and split_part(broken.subject, '/', 3) = form.row_code
    and split_part(broken.subject, '/', 4) = form.column_code
