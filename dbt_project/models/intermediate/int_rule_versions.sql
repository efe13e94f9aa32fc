{{ config(materialized="table_in_parts") }}
-- Other versions of what is used: another document of the same agency and year, or another part of the same report that
-- prints a table again. Their figures are compared where both are numbers with the same unit.
with current_figures as (
    select figures.*
    from {{ ref("int_figures") }} as figures
    join {{ ref("int_reports") }} as reports using (document_id)
    where reports.is_current
        and figures.table_set = 1
        and figures.state = 'number'
        and {{ in_part("figures.document_id") }}
),

versions as (
    select
        used.document_id,
        other.document_id as other_id,
        used.correction is not null and other.correction is null as is_correction
    from {{ ref("int_reports") }} as used
    join {{ ref("int_reports") }} as other using (agency_id, report_year)
    where used.is_current and other.superseded and {{ in_part("used.document_id") }}
),

unused_cells as (
    select parts.document_id, cells.*
    from {{ ref("stg_cells") }} as cells
    join {{ ref("int_table_parts") }} as parts using (printed_in, table_code)
    where not parts.is_used and cells.table_set = 1 and {{ in_part("parts.document_id") }}
),

other_figures as (
    select
        versions.document_id,
        other_id,
        is_correction,
        table_code,
        row_code,
        column_code,
        value,
        unit
    from versions
    join {{ ref("int_figures") }} as figures on versions.other_id = figures.document_id
    where figures.table_set = 1 and figures.state = 'number'

    union all

    select document_id, printed_in, false, table_code, row_code, column_code, any_value(value), any_value(unit)
    from unused_cells
    where row_code is not null and column_code is not null
    group by all
    having count(value) = count(*) and min(value) = max(value)
),

differences as (
    select other.document_id, other.other_id, other.is_correction, table_code, row_code, column_code
    from other_figures as other
    join current_figures as figures using (document_id, table_code, row_code, column_code)
    where other.value <> figures.value and other.unit is not distinct from figures.unit
),

counted as (
    select document_id, other_id, table_code, count(*) as places
    from differences
    group by all
),

printed as (
    select document_id as holder, cells.* exclude (document_id)
    from {{ ref("int_cells") }} as cells
    where cells.table_set = 1
        and (document_id in (select document_id from counted) or document_id in (select other_id from counted))

    union all

    select printed_in, cells.* exclude (document_id)
    from unused_cells as cells
)

select
    if(any_value(differences.is_correction), 'corrected_figures', 'versions_disagree') as rule_code,
    differences.document_id,
    concat_ws('/', differences.other_id, differences.table_code) as subject,
    {{ table_zh("differences.table_code") }} as place_zh,
    {{ table_en("differences.table_code") }} as place_en,
    any_value(counted.places)::decimal(38, 6) as left_value,
    null::decimal(38, 6) as right_value,
    any_value(documents.raw_path) as note_zh,
    any_value(documents.raw_path) as note_en,
    {{ printed_cells("printed") }} as cells
from differences
join counted using (document_id, other_id, table_code)
join {{ source("landing", "documents") }} as documents on differences.other_id = documents.document_id
join printed
    on printed.holder in (differences.document_id, differences.other_id)
    and printed.table_code = differences.table_code
    and printed.row_code = differences.row_code
    and printed.column_code = differences.column_code
group by differences.document_id, differences.other_id, differences.table_code
