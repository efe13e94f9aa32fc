{{ config(materialized="table_in_parts") }}
with
-- Totals that cannot be read beside parts that can; the sum of these is not the total.
unread_totals as (
    select document_id, table_code, table_set, row_code, 'total' as column_code
    from {{ ref("int_figures") }}
    where table_code in ('requests', 'litigation') and {{ in_part() }}
    group by all
    having bool_or(column_code = 'total' and state = 'unreadable')
        and bool_or(column_code <> 'total' and state = 'number')

    union

    select document_id, table_code, table_set, 'outcomes_total', column_code
    from {{ ref("int_figures") }}
    where table_code = 'requests'
        and {{ in_part() }}
        and (row_code = 'outcomes_total' or row_code in (select outcome_code from {{ ref("stg_outcomes") }}))
    group by all
    having bool_or(row_code = 'outcomes_total' and state = 'unreadable')
        and bool_or(row_code <> 'outcomes_total' and state = 'number')
),

-- What cannot be read or placed: one finding a printed row.
doubtful as (
    select
        status || '_figure' as rule_code,
        cells.document_id,
        -- Known by the row's code, else by its words, since another reader may count tables and rows otherwise.
        concat_ws(
            '/',
            table_code,
            table_set,
            coalesce(min(row_code), left(md5(string_agg(raw_text, '|' order by column_index)), 12))
        ) as row_subject,
        concat_ws('/', row_subject, nullif(row_number() over (
            partition by cells.document_id, cells.printed_in, status, row_subject order by table_index, row_index
        ), 1)) as subject,
        '第' || (table_index + 1) || '个表第' || (row_index + 1) || '行' as place_zh,
        'table ' || (table_index + 1) || ', row ' || (row_index + 1) as place_en,
        null::decimal(38, 6) as left_value,
        bool_or(unread_totals.row_code is not null) as has_parts,
        {{ printed_cells("cells") }} as cells
    from {{ ref("int_cells") }} as cells
    left join unread_totals using (document_id, table_code, table_set, row_code, column_code)
    where status in ('unreadable', 'unplaced') and {{ in_part() }}
    group by status, cells.document_id, cells.printed_in, table_code, table_set, table_index, row_index
),

-- One place of the form that is printed several times, and not alike.
repeated as (
    select
        if(is_contradicted, 'disagreeing_figures', 'unreadable_figure') as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        null::varchar as unit,
        null::decimal(38, 6) as left_value
    from {{ ref("int_figures") }}
    where (is_contradicted or is_partly_printed) and {{ in_part() }}
),

not_counts as (
    select
        'not_a_count' as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        null as unit,
        value as left_value
    from {{ ref("int_figures") }}
    where table_code in ('requests', 'litigation')
        and (value < 0 or value <> trunc(value))
        and {{ in_part() }}
),

wrong_units as (
    select
        'unexpected_unit' as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        figures.unit,
        value as left_value
    from {{ ref("int_figures") }} as figures
    join {{ ref("disclosure_measures") }} as measures on figures.column_code = measures.measure
    left join {{ ref("units") }} as units on figures.unit = units.printed_unit
    where table_code = 'disclosure'
        and figures.unit is not null
        and units.kind is distinct from measures.kind
        and {{ in_part() }}
),

by_place as (
    from repeated
    union all
    from not_counts
    union all
    from wrong_units
),

placed as (
    select
        rule_code,
        by_place.document_id,
        concat_ws('/', by_place.table_code, by_place.table_set, by_place.row_code, by_place.column_code) as subject,
        coalesce(any_value(form.label), concat_ws(' · ', by_place.row_code, by_place.column_code))
        || {{ table_set_zh("by_place.table_set") }} || coalesce('：单位印作' || by_place.unit, '') as place_zh,
        concat_ws(', ', by_place.row_code, by_place.column_code)
        || {{ table_set_en("by_place.table_set") }} || coalesce(': unit ' || by_place.unit, '') as place_en,
        by_place.left_value,
        bool_or(unread_totals.row_code is not null) as has_parts,
        {{ printed_cells("cells") }} as cells
    from by_place
    join {{ ref("int_cells") }} as cells using (document_id, table_code, table_set, row_code, column_code)
    left join {{ ref("stg_form_places") }} as form using (table_code, row_code, column_code)
    left join unread_totals using (document_id, table_code, table_set, row_code, column_code)
    group by
        rule_code,
        by_place.document_id,
        by_place.table_code,
        by_place.table_set,
        by_place.row_code,
        by_place.column_code,
        by_place.unit,
        by_place.left_value
),

-- Totals that are not printed, or not there, beside parts that are.
rows_without_total as (
    select
        document_id,
        table_code,
        table_set,
        row_code,
        'total' as column_code,
        bool_or(state = 'unreadable') as in_doubt
    from {{ ref("int_figures") }}
    where table_code in ('requests', 'litigation') and {{ in_part() }}
    group by document_id, table_code, table_set, row_code
    having bool_or(column_code <> 'total' and state = 'number')
        and not bool_or(column_code = 'total' and state <> 'nothing')
),

columns_without_total as (
    select
        document_id,
        table_code,
        table_set,
        'outcomes_total' as row_code,
        column_code,
        bool_or(state = 'unreadable') as in_doubt
    from {{ ref("int_figures") }}
    where table_code = 'requests'
        and {{ in_part() }}
        and (row_code = 'outcomes_total' or row_code in (select outcome_code from {{ ref("stg_outcomes") }}))
    group by document_id, table_code, table_set, column_code
    having bool_or(row_code <> 'outcomes_total' and state = 'number')
        and not bool_or(row_code = 'outcomes_total' and state <> 'nothing')
),

blank_totals as (
    select
        'blank_total' as rule_code,
        totals.document_id,
        concat_ws('/', totals.table_code, totals.table_set) as subject,
        count(distinct (totals.row_code, totals.column_code)) as left_value,
        count(distinct (totals.row_code, totals.column_code)) filter (
            where totals.in_doubt or unplaced.document_id is not null
        ) as unknown,
        coalesce({{ printed_cells("cells", where="cells.status is not null") }}, {{ no_cells() }}) as cells,
        totals.table_code,
        totals.table_set
    from (
        from rows_without_total
        union
        from columns_without_total
    ) as totals
    left join {{ ref("int_cells") }} as cells using (document_id, table_code, table_set, row_code, column_code)
    left join (
        select distinct document_id, table_code, table_set
        from {{ ref("int_cells") }}
        where status = 'unplaced' and {{ in_part() }}
    ) as unplaced using (document_id, table_code, table_set)
    group by totals.document_id, totals.table_code, totals.table_set
)

select
    rule_code,
    document_id,
    subject,
    place_zh,
    place_en,
    left_value,
    null::decimal(38, 6) as right_value,
    if(has_parts, '；总计未知，不以分项之和代之', null) as note_zh,
    if(has_parts, '; a total is unknown, and the sum of its parts does not stand for it', null) as note_en,
    cells
from (
    from doubtful
    union all by name
    from placed
)

union all

select
    rule_code,
    document_id,
    subject,
    {{ table_zh("table_code") }} || {{ table_set_zh("table_set") }},
    {{ table_en("table_code") }} || {{ table_set_en("table_set") }},
    left_value,
    null,
    if(unknown > 0, '；其中' || unknown || '处有分项无法辨认或无处归属，总计未知', null),
    if(unknown > 0, '; of ' || unknown || ' a part cannot be read or placed: they are unknown', null),
    cells
from blank_totals
