-- Every judgement on a report by itself that can be made, beside those of sums, cells and metadata.
with reports as (
    select
        reports.*,
        agencies.level,
        agencies.prefecture,
        agencies.function,
        agencies.parent_agency_id,
        agencies.place_finding,
        agencies.agency_name as name
    from {{ ref("int_reports") }} as reports
    join {{ source("landing", "agencies") }} as agencies using (document_id)
),

-- Ministries and their like, and the governments of provinces, cities with districts and autonomous prefectures make
-- regulations (规章): their own, or their office's, or any report that holds the whole government's. 地区 and 盟 are none.
powers as (
    select
        document_id,
        level = 'national'
        or (
            level in ('province', 'prefecture')
            and (scope = 'whole' or regexp_matches(name, '人民政府(?:办公[厅室])?$'))
            and not (level = 'prefecture' and coalesce(regexp_matches(prefecture, '(?:地区|盟)$'), false))
        ) as can_make_regulations
    from reports
    where level is not null and coalesce(place_finding, '') = ''
),

regulations as (
    select
        'regulation_without_power' as rule_code,
        figures.document_id,
        '' as subject,
        max(figures.value) as left_value,
        null::decimal(38, 6) as right_value,
        not any_value(powers.can_make_regulations) and left_value > 0 as is_broken,
        list({{ place("figures.document_id", "'disclosure'", "'regulation'", "figures.column_code") }}) as places
    from {{ ref("int_figures") }} as figures
    join powers using (document_id)
    where figures.table_code = 'disclosure'
        and figures.table_set = 1
        and figures.row_code = 'regulation'
        -- 对外公开总数量 of 2019 may hold what others made.
        and figures.column_code in ('issued', 'in_force', 'made_new')
        and figures.state = 'number'
    group by figures.document_id
),

counts as (
    select
        'not_a_count' as rule_code,
        figures.document_id,
        concat_ws('/', figures.table_code, figures.table_set, figures.row_code, figures.column_code) as subject,
        figures.value as left_value,
        null::decimal(38, 6) as right_value,
        true as is_broken,
        [{{ place(
            "figures.document_id", "figures.table_code", "figures.row_code", "figures.column_code", "figures.table_set"
        ) }}] as places
    from {{ ref("int_figures") }} as figures
    join {{ ref("disclosure_measures") }} as measures on figures.column_code = measures.measure
    where figures.table_code = 'disclosure'
        and measures.kind = 'count'
        -- What changed on the year before may have become less.
        and measures.measure <> 'items_change'
        and (figures.value < 0 or figures.value <> trunc(figures.value))
),

-- One blank in twenty places or fewer, where noughts are printed, was forgotten; more, or all of them, stand for noughts.
blanks as (
    select
        document_id,
        concat_ws('/', table_code, table_set) as subject,
        part_blanks,
        part_numbers + part_blanks as parts,
        part_zeros > 0 and part_blanks between 1 and greatest(1, parts // 20) as is_forgotten
    from {{ ref("int_tables") }}
    -- A blank beside a number in the same place is no place left blank: see unreadable_figure.
    anti join (
        select document_id, table_code, table_set
        from {{ ref("int_figures") }}
        where is_partly_printed
    ) as partly_printed using (document_id, table_code, table_set)
    -- Where a row lost a place, its blanks cannot be counted.
    where part_numbers > 0 and not has_unplaced and not has_unreadable
),

blank_figures as (
    select
        unnest(['blank_figure', 'blanks_for_noughts']) as rule_code,
        document_id,
        subject,
        part_blanks::decimal(38, 6) as left_value,
        parts::decimal(38, 6) as right_value,
        unnest([is_forgotten, part_blanks > 0 and not is_forgotten]) as is_broken,
        [] as places
    from blanks
),

who_reports as (
    select
        reports.document_id,
        case
            when level = 'township' then 'township'
            -- Branches of a bureau, boards of zones, public institutions, associations and the local arms of national
            -- bodies are no departments of a government.
            when parent_agency_id is not null or function = '园区管理' then null
            when level <> 'national' and regexp_matches(name, '^(?:国家|中国|中华人民共和国)') then null
            when regexp_matches(name, '^国务院|(?:人民政府|公署)(?:办公[厅室])?$') then 'government'
            when regexp_matches(name, '(?:局|厅|署|部|委员会|办公[厅室])$') then 'department'
        end as reporter
    from reports
    where level is not null
),

-- Of several documents of an agency and year the first that appeared counts. A date that cannot be, or that of a
-- correction, tells nothing.
first_published as (
    select agency_id, report_year, min(publish_date) as publish_date
    from {{ ref("int_reports") }}
    where correction is null
    group by all
),

publications as (
    select
        'late_publication' as rule_code,
        reports.document_id,
        '' as subject,
        first_published.publish_date
        - make_date(reports.report_year + 1, deadlines.month, deadlines.day) as left_value,
        null::decimal(38, 6) as right_value,
        left_value > 0 as is_broken,
        [] as places
    from reports
    join who_reports using (document_id)
    join first_published using (agency_id, report_year)
    join {{ ref("publication_deadlines") }} as deadlines
        on who_reports.reporter = deadlines.reporter
        and reports.report_year between deadlines.first_year and coalesce(deadlines.last_year, reports.report_year)
    join {{ source("landing", "documents") }} as documents using (document_id)
    where reports.is_current
        and reports.correction is null
        and year(first_published.publish_date) > reports.report_year
        and first_published.publish_date <= documents.extracted_at::date + 1
),

-- White space may stand anywhere; the fees of table 2 are others.
sections as (
    select
        parts.report_document_id as document_id,
        sections.section,
        regexp_replace(sections.body, '\s|行政事[业業][性型]收[费費]', '', 'g') as body
    from {{ source("landing", "sections") }} as sections
    join {{ source("landing", "report_parts") }} as parts on sections.document_id = parts.part_document_id
),

narratives as (
    select
        'empty_section' as rule_code,
        document_id,
        section::varchar as subject,
        section::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        not bool_or(regexp_matches(body, '[\pL\pN]')) as is_broken,
        [] as places
    from sections
    where section in (1, 5)
    group by document_id, section
),

-- 国办函〔2020〕109号 is in force since 1 January 2021: the first year in which it could be charged is 2021.
fees as (
    select
        'silent_on_fees' as rule_code,
        document_id,
        '' as subject,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        -- Section 6 may speak of it in other words, and other sections by its name.
        not bool_or(
            regexp_matches(sections.body, '处理费|處理費')
            or (sections.section = 6 and regexp_matches(sections.body, '收费|收費|费用|費用|收取[^。；]{0,12}[费費]'))
        ) as is_broken,
        [] as places
    from sections
    join reports using (document_id)
    where reports.report_year >= 2021
    group by document_id
    having bool_or(sections.section = 6)
)

select
    rule_code,
    document_id,
    subject,
    left_value::decimal(38, 6) as left_value,
    right_value::decimal(38, 6) as right_value,
    is_broken,
    places
from (
    from regulations
    union all
    from counts
    union all
    from blank_figures
    union all
    from publications
    union all
    from narratives
    union all
    from fees
)
