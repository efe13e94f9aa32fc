{{ config(materialized="table_in_parts", parts_of="int_failed_forms") }}
with reports as (
    select * from {{ ref("int_reports") }} where {{ in_part() }}
),

tables as (
    select
        document_id,
        table_code,
        table_set,
        bool_or(status in ('number', 'unreadable', 'unplaced')) as has_figures
    from {{ ref("int_cells") }}
    where {{ in_part() }}
    group by all
),

missing_tables as (
    select 'missing_table' as rule_code, document_id, table_code, 1 as table_set
    from (
        select
            document_id,
            -- The three tables are those of 2019; before, there was an annex, from 2014 on. Where no year is known, what
            -- is there tells which of the two was meant.
            unnest(case
                when coalesce(report_year, if(statistics_form is null, 2019, 2018)) >= 2019
                    then ['disclosure', 'requests', 'litigation']
                when coalesce(report_year, 2018) >= 2014 then ['statistics']
                else []
            end) as table_code
        from reports
    )
    anti join tables using (document_id, table_code)
),

blank_tables as (
    select 'blank_table' as rule_code, document_id, table_code, table_set
    from tables
    where not has_figures
),

second_sets as (
    select 'second_table_set' as rule_code, document_id, table_code, 1 as table_set
    from tables
    where table_set > 1
    group by all
),

-- What a page offers and is not here, or cannot be read, may hold the tables that it lacks.
absent_files as (
    select document_id, string_agg(coalesce(nullif(text, ''), href), '、' order by position) as names
    from {{ source("landing", "links") }} as links
    left join {{ source("landing", "parts_apart") }} as apart
        on links.document_id = apart.page_document_id
        and links.target_document_id = apart.part_document_id
        and apart.reason = 'unreadable'
    where kind = 'attachment'
        and (target_document_id is null or apart.reason is not null)
        and {{ in_part() }}
    group by document_id
),

tables_found as (
    select
        rule_code,
        document_id,
        if(rule_code = 'missing_table', '；其页面所附文件不在库中或无法读取：' || names, null) as note_zh,
        if(rule_code = 'missing_table', '; of the files that its page offers these are not here or cannot be read: ' || names, null) as note_en,
        concat_ws('/', table_code, table_set) as subject,
        {{ table_zh("table_code") }} || {{ table_set_zh("table_set") }} as place_zh,
        {{ table_en("table_code") }} || {{ table_set_en("table_set") }} as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value
    from (
        from missing_tables
        union all
        from blank_tables
        union all
        from second_sets
    )
    left join absent_files using (document_id)
),

missing_sections as (
    select
        'missing_section' as rule_code,
        document_id,
        section::varchar as subject,
        '' as place_zh,
        '' as place_en,
        section::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value
    from (
        from reports
        where coalesce(report_year, if(statistics_form is null, 2019, 2018)) >= 2019
    ) as reports
    cross join (select unnest(range(1, 7))::integer as section)
    anti join (
        select parts.report_document_id as document_id, sections.section
        from {{ source("landing", "sections") }} as sections
        join {{ source("landing", "report_parts") }} as parts on sections.document_id = parts.part_document_id
    ) as sections using (document_id, section)
),

-- The rows and cells by which a form is known: only it has them.
own_places as (
    select 'requests' as table_code, row_code, null as column_code, if(label_2019 is null, '2021', '2019') as form
    from {{ source("landing", "form_requests_rows") }}
    where label_2019 is null or label_2021 is null

    union all

    select 'disclosure', row_code, column_code, min(form)
    from {{ source("landing", "form_disclosure_cells") }}
    group by row_code, column_code
    having min(form) = max(form)
),

failed_forms as (
    select *
    from {{ ref("int_failed_forms") }}
    where {{ in_part() }}
),

other_forms as (
    select
        'form_of_other_year' as rule_code,
        reports.document_id,
        reports.table_code as subject,
        {{ table_zh("reports.table_code") }} as place_zh,
        {{ table_en("reports.table_code") }} as place_en,
        reports.report_year::decimal(38, 6) as left_value,
        reports.form::decimal(38, 6) as right_value,
        coalesce({{ printed_cells("cells", where="own_places.form is not null") }}, {{ no_cells() }}) as cells
    from failed_forms as reports
    join (
        select *
        from {{ ref("int_cells") }}
        where table_set = 1 and document_id in (select document_id from failed_forms)
    ) as cells using (document_id, table_code, form)
    left join own_places
        on reports.table_code = own_places.table_code
        and reports.form = own_places.form
        and cells.row_code = own_places.row_code
        and cells.column_code = coalesce(own_places.column_code, cells.column_code)
    group by reports.document_id, reports.table_code, reports.report_year, reports.form
),

superseded as (
    select
        'several_documents' as rule_code,
        other.document_id,
        '' as subject,
        used.document_id as place_zh,
        used.document_id as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value
    from reports as other
    join {{ ref("int_reports") }} as used using (agency_id, report_year)
    where other.superseded and used.is_current
),

-- Files that more than one page offers.
apart as (
    select
        'attachment_apart' as rule_code,
        reports.document_id,
        '' as subject,
        string_agg(documents.raw_path, '、' order by documents.raw_path) as place_zh,
        string_agg(documents.raw_path, ', ' order by documents.raw_path) as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value
    from {{ source("landing", "parts_apart") }} as parts_apart
    join reports on parts_apart.part_document_id = reports.document_id
    join {{ source("landing", "documents") }} as documents on parts_apart.page_document_id = documents.document_id
    where parts_apart.reason = 'several_pages'
    group by reports.document_id
)

select *, {{ no_cells() }} as cells from tables_found
union all by name
select *, {{ no_cells() }} as cells from missing_sections
union all by name
select * from other_forms
union all by name
select *, {{ no_cells() }} as cells from superseded
union all by name
select *, {{ no_cells() }} as cells from apart
