-- A blank total is the sum of its parts. One that cannot be read is not; nor is a blank one of which a part cannot be
-- read, or may be among the figures that have no place.
with sums as (
    select
        reports.agency_id,
        reports.report_year,
        sums.table_code,
        sums.parts_are,
        sums.row_code,
        sums.column_code,
        coalesce(sums.total_state = 'number', false) as is_printed,
        sums.has_unreadable_parts or coalesce(sums.total_state = 'unreadable', false) as in_doubt,
        sums.parts is not null or sums.total is not null or in_doubt as is_there
    from {{ ref("int_sums") }} as sums
    join {{ ref("int_reports") }} as reports using (document_id)
    where reports.is_current and sums.table_set = 1
),

unplaced as (
    select distinct agency_id, report_year, table_code
    from {{ ref("int_doubts") }}
    where row_code is null
),

totals as (
    select agency_id, report_year, table_code, row_code, column_code, is_printed, in_doubt
    from sums
    where is_there
        and if(parts_are = 'outcomes', column_code <> 'total', row_code <> 'outcomes_total')

    union all

    -- The total of all ends its row and its column.
    select
        agency_id,
        report_year,
        table_code,
        'outcomes_total',
        'total',
        bool_or(column_code = 'total' and is_printed),
        bool_or(in_doubt)
    from sums
    where parts_are = 'outcomes' and is_there
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
    anti join {{ ref("int_sums") }} as sums
        on sums.document_id = reports.document_id
        and sums.table_code = 'requests'
        and sums.table_set = 1
        and sums.parts_are = 'types'
        and sums.row_code = form.row_code
    where reports.is_current and unplaced.table_code = 'requests'
)

select agency_id, report_year, table_code, row_code, column_code
from totals
left join unplaced using (agency_id, report_year, table_code)
where not is_printed and (in_doubt or unplaced.table_code is not null)

union

from lost
