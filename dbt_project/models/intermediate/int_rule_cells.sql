{{ config(materialized="table_in_parts", parts_of="int_failed_places") }}
with failures as (
    select *
    from {{ ref("int_failed_places") }}
    where {{ in_part() }}
),

listed as (
    select *
    from {{ ref("int_cells") }}
    where document_id in (select document_id from failures)
),

-- Totals that cannot be read beside parts that can; the sum of these is not the total.
unread_totals as (
    select distinct document_id, table_code, table_set, row_code, column_code
    from {{ ref("int_sums") }}
    where total_state = 'unreadable' and parts is not null and {{ in_part() }}
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
        if(table_index < 0, '各表之前', '第' || (table_index + 1) || '个表') || '第' || (row_index + 1) || '行' as place_zh,
        if(table_index < 0, 'before all tables', 'table ' || (table_index + 1)) || ', row ' || (row_index + 1) as place_en,
        null::decimal(38, 6) as left_value,
        bool_or(unread_totals.row_code is not null) as has_parts,
        {{ printed_cells("cells") }} as cells
    from listed as cells
    left join unread_totals using (document_id, table_code, table_set, row_code, column_code)
    where status in ('unreadable', 'unplaced')
    group by status, cells.document_id, cells.printed_in, table_code, table_set, table_index, row_index
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
    from failures as by_place
    join listed as cells using (document_id, table_code, table_set, row_code, column_code)
    left join {{ ref("stg_form_places") }} as form using (table_code, row_code, column_code)
    left join unread_totals using (document_id, table_code, table_set, row_code, column_code)
    where rule_code <> 'blank_total'
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
    from failures as totals
    left join listed as cells using (document_id, table_code, table_set, row_code, column_code)
    left join (
        select distinct document_id, table_code, table_set
        from listed
        where status = 'unplaced'
    ) as unplaced using (document_id, table_code, table_set)
    where totals.rule_code = 'blank_total'
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
