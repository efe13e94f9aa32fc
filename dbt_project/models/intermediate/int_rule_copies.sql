-- A report is compared by all its tables, and by each of them that alone tells enough.
with prints as (
    select prints.*, reports.agency_id, reports.report_year, reports.agency_name, reports.is_current
    from {{ ref("int_table_prints") }} as prints
    join {{ ref("int_reports") }} as reports using (document_id)
    where reports.report_year is not null and (tells_years or tells_agencies)
),

-- Those in use, to be named. What a version that was superseded prints is held against nobody.
named as (
    select
        current.*,
        agencies.agency_full_name || current.report_year || '年（' || documents.raw_path || '）' as name_zh,
        agencies.agency_full_name || ' ' || current.report_year || ' (' || documents.raw_path || ')' as name_en
    from prints as current
    join {{ source("landing", "agencies") }} as agencies using (document_id)
    join {{ source("landing", "documents") }} as documents using (document_id)
    where current.is_current
),

other_years as (
    select
        'tables_of_other_year' as rule_code,
        prints.document_id,
        prints.table_code,
        prints.bits,
        named.report_year,
        named.document_id as other_id,
        named.name_zh,
        named.name_en,
        count(*) over (partition by prints.document_id, table_code) as others
    from prints
    join named using (table_code, print, agency_id)
    where prints.tells_years and prints.report_year <> named.report_year
),

-- Of hundreds that are equal a few will do to name them: the latest report of each of the first five agencies.
representatives as (
    select *
    from (
        select *
        from named
        where tells_agencies
        qualify row_number() over (partition by table_code, print, agency_id order by report_year desc) = 1
    )
    qualify row_number() over (partition by table_code, print order by agency_id) <= 5
),

agencies_of_prints as (
    select table_code, print, count(distinct agency_id) as agencies
    from named
    group by all
),

own_prints as (
    select distinct table_code, print, agency_id, true as is_own
    from named
),

other_agencies as (
    select
        'tables_of_other_agency' as rule_code,
        prints.document_id,
        prints.table_code,
        prints.bits,
        representatives.report_year,
        representatives.document_id as other_id,
        representatives.name_zh,
        representatives.name_en,
        agencies - coalesce(is_own, false)::integer as others
    from prints
    join representatives using (table_code, print)
    join agencies_of_prints using (table_code, print)
    left join own_prints
        on prints.table_code = own_prints.table_code
        and prints.print = own_prints.print
        and prints.agency_id = own_prints.agency_id
    where prints.agency_id <> representatives.agency_id
        -- 水务局 may be 甲县水务局, whose place could not be told.
        and not {{ abbreviates("prints.agency_name", "representatives.agency_name") }}
        and not {{ abbreviates("representatives.agency_name", "prints.agency_name") }}
)

select
    rule_code,
    document_id,
    '' as subject,
    coalesce({{ table_zh("table_code") }}, '各表') as place_zh,
    coalesce({{ table_en("nullif(table_code, 'all')") }}, 'the tables') as place_en,
    any_value(others)::decimal(38, 6) as left_value,
    null::decimal(38, 6) as right_value,
    string_agg(name_zh, '、' order by report_year, other_id) as note_zh,
    string_agg(name_en, ', ' order by report_year, other_id) as note_en,
    {{ no_cells() }} as cells
from (
    from other_years
    union all
    from other_agencies
)
group by rule_code, document_id, table_code, bits
-- One finding a report: of all its tables, else of the one that tells most.
qualify row_number() over (partition by rule_code, document_id order by bits desc, table_code = 'all' desc, table_code) = 1
