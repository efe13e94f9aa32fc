{{ config(materialized="table_in_parts", documents_in_part=20000) }}
-- The places where a report speaks of itself. Others are no witnesses: a date or an address tells when a report
-- appeared, not which year it is about; the site's owner and the address for questions are often another agency.
with reports as (
    select * from {{ ref("int_reports") }} where {{ in_part() }}
),

sightings as (
    select
        document_id,
        evidence.field,
        evidence.value,
        string_agg(distinct witnesses.place_zh, '、' order by witnesses.place_zh) as place_zh,
        string_agg(distinct witnesses.place_en, ', ' order by witnesses.place_en) as place_en
    from {{ source("landing", "evidence") }} as evidence
    join {{ ref("witnesses") }} as witnesses using (field, rule)
    where witnesses.is_witness and {{ in_part() }}
    group by document_id, evidence.field, evidence.value
),

-- The day, in China, on which a report was at the latest fetched or, where that is not told, read.
days_seen as (
    select
        parts.report_document_id as document_id,
        (coalesce(max(observations.fetched_at), max(documents.extracted_at)) + interval 8 hours)::date as day_seen
    from {{ source("landing", "report_parts") }} as parts
    join {{ source("landing", "documents") }} as documents on parts.part_document_id = documents.document_id
    join {{ source("landing", "observations") }} as observations
        on parts.part_document_id = observations.document_id
    where {{ in_part("parts.report_document_id") }}
    group by all
),

-- A year counts as its last day.
dates as (
    select
        document_id,
        report_year,
        'publish_date' as field,
        '发布日期' as field_zh,
        publish_date as date,
        publish_date::varchar as value
    from reports

    union all

    select document_id, report_year, 'signed_date', '落款日期', signed_date, signed_date::varchar
    from reports

    union all

    select document_id, report_year, 'report_year', '报告年度', make_date(report_year, 12, 31), report_year::varchar
    from reports
),

-- `field` and `value` are what the report says against itself; `taken` is the field whose value it contradicts.
early_dates as (
    select
        'date_before_period_end' as rule_code,
        document_id,
        field as subject,
        field_zh || '为' || value || '，报告年度为' || report_year as place_zh,
        replace(field, '_', ' ') || ' ' || value || ', report year ' || report_year as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        field,
        value,
        'report_year' as taken
    from dates
    where field <> 'report_year' and date <= make_date(report_year, 12, 31)
),

dates_before_reports as (
    select
        'date_before_regulation' as rule_code,
        document_id,
        field as subject,
        field_zh || '为' || value as place_zh,
        replace(field, '_', ' ') || ' ' || value as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        field,
        value,
        field as taken
    from dates
    where date < date '2008-01-01'
),

dates_to_come as (
    select
        'date_in_future' as rule_code,
        document_id,
        field as subject,
        field_zh || '为' || value || '，文件取得于' || day_seen as place_zh,
        replace(field, '_', ' ') || ' ' || value || ', the document was here on ' || day_seen as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        field,
        value,
        field as taken
    from dates
    join days_seen using (document_id)
    where date > day_seen
),

dates_of_no_calendar as (
    select
        'impossible_date' as rule_code,
        document_id,
        evidence.field || evidence.value as subject,
        case evidence.field
            when 'publish_date' then '发布日期'
            when 'signed_date' then '落款日期'
            when 'period_start' then '统计期限起始'
            when 'period_end' then '统计期限截止'
        end || '印为' || evidence.value as place_zh,
        replace(evidence.field, '_', ' ') || ' is printed as ' || evidence.value as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        evidence.field,
        evidence.value,
        evidence.field as taken
    from {{ source("landing", "evidence") }} as evidence
    join reports using (document_id)
    where evidence.rule = 'impossible_date' and {{ in_part() }}
    group by document_id, evidence.field, evidence.value
),

other_years as (
    select
        'year_conflict' as rule_code,
        document_id,
        sightings.value as subject,
        sightings.place_zh,
        sightings.place_en,
        reports.report_year::decimal(38, 6) as left_value,
        sightings.value::decimal(38, 6) as right_value,
        sightings.field,
        sightings.value,
        sightings.field as taken
    from sightings
    join reports using (document_id)
    where sightings.field = 'report_year' and sightings.value <> reports.report_year::varchar
),

-- A shorter name for the same agency (教体局 for 教育体育局) is no conflict: all its characters stand in the other,
-- in their order. Nor is its own office, which signs for it; a government's may be named by
-- its task (丰城市政务公开办公室).
other_agencies as (
    select
        'agency_conflict' as rule_code,
        document_id,
        sightings.value as subject,
        '机关取' || reports.agency_name || '，' || sightings.place_zh || '为' || sightings.value as place_zh,
        'the agency is taken to be ' || reports.agency_name || ', ' || sightings.place_en || ' says '
        || sightings.value as place_en,
        null::decimal(38, 6) as left_value,
        null::decimal(38, 6) as right_value,
        sightings.field,
        sightings.value,
        sightings.field as taken
    from sightings
    join reports using (document_id)
    where sightings.field = 'agency_name'
        and not {{ abbreviates("sightings.value", "reports.agency_name") }}
        and not {{ abbreviates("reports.agency_name", "sightings.value") }}
        and not {{ abbreviates("regexp_replace(sightings.value, '办公[室厅]$', '')", "reports.agency_name") }}
        and not (
            regexp_matches(reports.agency_name, '(?:政府|[省市区县旗州盟])$')
            and {{ abbreviates(
                "regexp_replace(sightings.value, '(?:政府)?(?:政务|信息)公开(?:工作)?(?:领导小组)?办(?:公室)?$', '')",
                "reports.agency_name"
            ) }}
        )
),

contradictions as (
    from early_dates
    union all
    from dates_before_reports
    union all
    from dates_to_come
    union all
    from dates_of_no_calendar
    union all
    from other_years
    union all
    from other_agencies
),

unknowns as (
    select 'missing_report_year' as rule_code, document_id
    from reports
    where report_year is null

    union all

    select 'missing_agency', document_id
    from reports
    where agency_name is null
)

select
    contradictions.rule_code,
    contradictions.document_id,
    contradictions.subject,
    contradictions.place_zh,
    contradictions.place_en,
    contradictions.left_value,
    contradictions.right_value,
    coalesce({{ sighted("evidence", where="evidence.rule is not null") }}, {{ no_cells() }}) as cells
from contradictions
left join (
    select evidence.*, coalesce(witnesses.is_witness, false) as is_witness
    from {{ source("landing", "evidence") }} as evidence
    left join {{ ref("witnesses") }} as witnesses using (field, rule)
    where {{ in_part() }}
) as evidence
    on contradictions.document_id = evidence.document_id
    and (
        (contradictions.field = evidence.field and contradictions.value = evidence.value
            and (evidence.is_witness or evidence.chosen or evidence.rule = 'impossible_date'))
        or (contradictions.taken = evidence.field and evidence.chosen)
    )
group by all

union all

select rule_code, document_id, '', '', '', null, null, {{ no_cells() }}
from unknowns
