-- A blank total is the sum of its parts. One that cannot be read is not; nor is a blank one of which a part cannot be
-- read, or may be among the figures that have no place.
with places as (
    select agency_id, report_year, table_code, row_code, column_code, true as is_number
    from {{ ref("int_numbers") }}
    where table_code in ('requests', 'litigation')

    union all

    select agency_id, report_year, table_code, row_code, column_code, false
    from {{ ref("int_doubts") }}
    where table_code in ('requests', 'litigation') and row_code is not null
),

unplaced as (
    select distinct agency_id, report_year, table_code
    from {{ ref("int_doubts") }}
    where row_code is null
),

outcomes as (
    select *
    from places
    where table_code = 'requests'
        and (row_code = 'outcomes_total' or row_code in (select outcome_code from {{ ref("stg_outcomes") }}))
),

totals as (
    select
        agency_id,
        report_year,
        table_code,
        row_code,
        'total' as column_code,
        bool_or(column_code = 'total' and is_number) as is_printed,
        not bool_and(is_number) as in_doubt
    from places
    where row_code <> 'outcomes_total'
    group by all

    union all

    select
        agency_id,
        report_year,
        table_code,
        'outcomes_total',
        column_code,
        bool_or(row_code = 'outcomes_total' and is_number),
        not bool_and(is_number)
    from outcomes
    where column_code <> 'total'
    group by all

    union all

    select
        agency_id,
        report_year,
        table_code,
        'outcomes_total',
        'total',
        bool_or(row_code = 'outcomes_total' and column_code = 'total' and is_number),
        not bool_and(is_number)
    from outcomes
    group by agency_id, report_year, table_code
),

-- Outcomes of the form that have no row at all, beside figures that have no place.
lost as (
    select reports.agency_id, reports.report_year, 'requests' as table_code, form.row_code, 'total' as column_code
    from {{ ref("int_reports") }} as reports
    join unplaced using (agency_id, report_year)
    join {{ source("landing", "form_requests_rows") }} as form
        on form.kind = 'outcome'
        and if(reports.requests_form = '2019', form.label_2019, form.label_2021) is not null
    anti join {{ ref("int_figures") }} as figures
        on figures.document_id = reports.document_id
        and figures.table_code = 'requests'
        and figures.table_set = 1
        and figures.row_code = form.row_code
    where reports.is_current and unplaced.table_code = 'requests'
)

select agency_id, report_year, table_code, row_code, column_code
from totals
left join unplaced using (agency_id, report_year, table_code)
where not is_printed and (in_doubt or unplaced.table_code is not null)

union

from lost
