-- All forms in one long table. Where a report prints both the annex and a later table, the one that has the figure counts,
-- and of two the later.
with forms as (
    select
        series,
        form,
        arg_max(grade, list_position(['only', 'same', 'close', 'broken'], grade)) as grade,
        string_agg(distinct reason_zh, '；' order by reason_zh) filter (where grade in ('close', 'broken')) as reason_zh,
        string_agg(distinct reason_en, '; ' order by reason_en) filter (where grade in ('close', 'broken')) as reason_en
    from {{ ref("int_series_parts") }}
    group by series, form
),

stocks as (
    select parts.series, bool_or(coalesce(measures.is_stock, false)) as is_stock
    from {{ ref("int_series_parts") }} as parts
    left join {{ ref("measures") }} as measures
        on measures.table_code = parts.table_code
        and measures.measure = if(parts.table_code in ('requests', 'statistics'), parts.row_code, parts.column_code)
    group by parts.series
),

-- What a law broke; where a form broke a line, its grade says it.
laws as (
    select distinct parts.series, breaks.break_code, breaks.report_year, breaks.what_zh, breaks.what_en
    from {{ ref("int_series_parts") }} as parts
    join {{ ref("breaks") }} as breaks
        on breaks.table_code = parts.table_code
        and coalesce(breaks.code, parts.row_code) in (parts.row_code, parts.column_code)
    where breaks.kind = 'law' and breaks.breaks_at = 'year'
),

years as (
    select values.*, forms.grade, report.scope, report.document_id, report.covered_by
    from {{ ref("int_series_values") }} as values
    join forms using (series, form)
    join {{ ref("report") }} as report using (agency_id, report_year)
    qualify row_number() over (
        partition by values.agency_id, values.report_year, values.series
        order by values.value is not null desc, values.form desc
    ) = 1
),

-- A value is held against the last one that is known, so that a break over years without a value is not lost.
compared as (
    select
        agency_id,
        report_year,
        series,
        lag(report_year) over line as year_before,
        lag(form) over line as form_before,
        lag(grade) over line as grade_before,
        scope is distinct from lag(scope) over line as is_of_other_scope
    from years
    where value is not null
    window line as (partition by agency_id, series order by report_year)
),

-- A law stands between two years whatever the agency: there are few such pairs of years.
spans as (
    select distinct series, year_before, report_year from compared where year_before is not null
),

broken_by_law as (
    select
        spans.series,
        spans.year_before,
        spans.report_year,
        string_agg(distinct laws.what_zh, '；' order by laws.what_zh) as what_zh,
        string_agg(distinct laws.what_en, '; ' order by laws.what_en) as what_en
    from spans
    join laws
        on spans.series = laws.series
        and spans.year_before < laws.report_year
        and laws.report_year <= spans.report_year
    group by all
),

steps as (
    select
        years.*,
        compared.form_before,
        compared.year_before is not null and compared.is_of_other_scope as is_of_other_scope,
        broken_by_law.what_zh,
        broken_by_law.what_en,
        case
            when years.value is null or compared.year_before is null then null
            when broken_by_law.series is not null or compared.is_of_other_scope then 'broken'
            when years.form = compared.form_before then 'same'
            when 'broken' in (years.grade, compared.grade_before) then 'broken'
            when 'close' in (years.grade, compared.grade_before) then 'close'
            else 'same'
        end as step,
        if(years.value is null, null, coalesce(step <> 'same', false)) as is_break
    from years
    left join compared using (agency_id, report_year, series)
    left join broken_by_law
        on years.series = broken_by_law.series
        and compared.year_before = broken_by_law.year_before
        and years.report_year = broken_by_law.report_year
),

stretches as (
    select
        *,
        if(value is null, null, 1 + count(*) filter (where is_break) over line) as stretch,
        -- A stretch begins at its break, the first one with the first value.
        if(
            value is null,
            null,
            coalesce(
                max(report_year) filter (where is_break) over line,
                min(report_year) filter (where value is not null) over line
            )
        ) as comparable_since,
        if(
            value is null,
            null,
            coalesce(
                max(report_year) filter (where step = 'broken') over line,
                min(report_year) filter (where value is not null) over line
            )
        ) as close_since
    from steps
    window line as (partition by agency_id, series order by report_year)
)

select
    stretches.agency_id,
    stretches.report_year,
    stretches.series,
    stretches.value,
    series.unit,
    stocks.is_stock,
    if(stretches.form = 'mixed', null, stretches.form) as form,
    stretches.grade,
    stretches.is_break,
    stretches.step,
    if(is_break, concat_ws(
        '；',
        stretches.what_zh,
        if(stretches.is_of_other_scope, '统计范围不同：两年中一年含下属机关，一年不含', null),
        if(stretches.form_before = stretches.form, null, nullif(concat_ws('；', before.reason_zh, this.reason_zh), ''))
    ), null) as reason_zh,
    if(is_break, concat_ws(
        '; ',
        stretches.what_en,
        if(
            stretches.is_of_other_scope,
            'Of another scope: one of the two reports holds the agencies below, the other does not',
            null
        ),
        if(stretches.form_before = stretches.form, null, nullif(concat_ws('; ', before.reason_en, this.reason_en), ''))
    ), null) as reason_en,
    stretches.stretch::integer as stretch,
    stretches.comparable_since::integer as comparable_since,
    stretches.close_since::integer as close_since,
    stretches.value is not null as is_complete,
    stretches.gap,
    stretches.known_part,
    stretches.document_id,
    stretches.covered_by
from stretches
join {{ ref("series") }} as series using (series)
join stocks using (series)
left join forms as before on before.series = stretches.series and before.form = stretches.form_before
left join forms as this on this.series = stretches.series and this.form = stretches.form
order by stretches.agency_id, stretches.series, stretches.report_year
