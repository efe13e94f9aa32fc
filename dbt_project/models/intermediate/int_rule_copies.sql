with prints as (
    from {{ ref("int_table_prints") }}
    where report_year is not null and (tells_years or tells_agencies)
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
        named.report_year,
        named.document_id as other_id,
        named.name_zh,
        named.name_en,
        count(*) over (partition by prints.document_id) as reports
    from prints
    join named using (print, agency_id)
    where prints.tells_years and prints.report_year <> named.report_year
),

-- Of hundreds that are equal a few will do to name them: the latest report of each of the first five agencies.
representatives as (
    select *
    from (
        select *
        from named
        where tells_agencies
        qualify row_number() over (partition by print, agency_id order by report_year desc) = 1
    )
    qualify row_number() over (partition by print order by agency_id) <= 5
),

agencies_of_prints as (
    select print, count(distinct agency_id) as agencies
    from named
    group by print
),

own_prints as (
    select distinct print, agency_id
    from named
),

other_agencies as (
    select
        'tables_of_other_agency' as rule_code,
        prints.document_id,
        representatives.report_year,
        representatives.document_id as other_id,
        representatives.name_zh,
        representatives.name_en,
        agencies - (own_prints.print is not null)::integer as reports
    from prints
    join agencies_of_prints using (print)
    join representatives using (print)
    left join own_prints on prints.print = own_prints.print and prints.agency_id = own_prints.agency_id
    where prints.agency_id <> representatives.agency_id
        -- 水务局 may be 甲县水务局, whose place could not be told.
        and not {{ abbreviates("prints.agency_name", "representatives.agency_name") }}
        and not {{ abbreviates("representatives.agency_name", "prints.agency_name") }}
)

select
    rule_code,
    document_id,
    '' as subject,
    string_agg(name_zh, '、' order by report_year, other_id) as place_zh,
    string_agg(name_en, ', ' order by report_year, other_id) as place_en,
    any_value(reports)::decimal(38, 6) as left_value,
    null::decimal(38, 6) as right_value,
    {{ no_cells() }} as cells
from (
    from other_years
    union all
    from other_agencies
)
group by rule_code, document_id
