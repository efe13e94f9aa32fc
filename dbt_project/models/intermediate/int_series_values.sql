{#
    What each report says of each series, in each form that it uses. A series of several parts has a value only if each
    of them is known: a blank part is none where the printed sum of the form leaves nothing for it, else it is not known,
    and what is known of the others is no value (`known_part`).
#}
with sizes as (
    select series, form, count(*) as parts, bool_or(is_ambiguous) as is_ambiguous
    from {{ ref("int_series_parts") }}
    group by series, form
),

forms as (
    select agency_id, report_year, 'requests' as table_code, coalesce(requests_form, 'mixed') as form
    from {{ ref("int_reports") }}
    where is_current

    union all

    select agency_id, report_year, 'disclosure', coalesce(disclosure_form, 'mixed')
    from {{ ref("int_reports") }}
    where is_current

    union all

    select agency_id, report_year, 'litigation', '2019'
    from {{ ref("int_reports") }}
    where is_current

    union all

    select agency_id, report_year, 'statistics', '2014'
    from {{ ref("int_reports") }}
    where is_current
),

found as (
    select
        figures.agency_id,
        figures.report_year,
        parts.series,
        parts.form,
        sum(figures.value) as total,
        count(figures.value) as known,
        count(*) as printed
    from {{ ref("int_series_figures") }} as figures
    join forms using (agency_id, report_year, table_code)
    join {{ ref("int_series_parts") }} as parts using (table_code, form, row_code, column_code)
    group by figures.agency_id, figures.report_year, parts.series, parts.form
),

judged as (
    from found
    join sizes using (series, form)
),

-- The sums that are printed and leave nothing for what is blank.
closed as (
    select sums.agency_id, sums.report_year, sums.table_code, sums.row_code as sum_code
    from {{ ref("int_current_sums") }} as sums
    join {{ ref("int_year_totals") }} as totals using (agency_id, report_year)
    where sums.parts_are = 'outcomes'
        and sums.column_code = 'total'
        and sums.printed is not null
        and totals.unattributed = 0

    union all

    select sums.agency_id, sums.report_year, sums.table_code, sums.row_code
    from {{ ref("int_current_sums") }} as sums
    anti join (select * from {{ ref("fct_litigation") }} where result = 'unattributed') as lost
        on sums.agency_id = lost.agency_id and sums.report_year = lost.report_year and sums.row_code = lost.venue
    where sums.parts_are = 'results' and sums.printed is not null

    union all

    select part.agency_id, part.report_year, 'statistics', total.row_code
    from {{ ref("int_series_figures") }} as part
    join {{ source("landing", "form_statistics_2014") }} as form on part.row_code = form.row_code
    join {{ ref("int_series_figures") }} as total
        on part.agency_id = total.agency_id
        and part.report_year = total.report_year
        and total.table_code = 'statistics'
        and form.parent_code = total.row_code
    where part.table_code = 'statistics'
    group by part.agency_id, part.report_year, total.row_code
    having sum(part.value) = any_value(total.value) and bool_and(part.value is not null)
),

-- Parts that are not printed, of series of which some part is.
missing as (
    select
        judged.agency_id,
        judged.report_year,
        judged.series,
        judged.form,
        bool_and(closed.sum_code is not null) as is_none
    from judged
    join {{ ref("int_series_parts") }} as parts using (series, form)
    anti join {{ ref("int_series_figures") }} as figures
        on judged.agency_id = figures.agency_id
        and judged.report_year = figures.report_year
        and parts.table_code = figures.table_code
        and parts.row_code = figures.row_code
        and parts.column_code = figures.column_code
    left join closed
        on judged.agency_id = closed.agency_id
        and judged.report_year = closed.report_year
        and parts.table_code = closed.table_code
        and parts.sum_code = closed.sum_code
    where judged.printed < judged.parts and judged.known = judged.printed
    group by all
),

told as (
    select
        judged.*,
        case
            when judged.is_ambiguous then 'mixed_forms'
            when judged.known < judged.printed then 'unreadable'
            when judged.printed < judged.parts and not missing.is_none then 'blank'
        end as gap
    from judged
    left join missing using (agency_id, report_year, series, form)
)

select
    agency_id,
    report_year,
    series,
    form,
    if(gap is null, total, null)::decimal(38, 6) as value,
    if(gap is null or gap = 'mixed_forms', null, total)::decimal(38, 6) as known_part,
    gap
from told
