{{ config(materialized="table_in_parts", parts_of="int_other_versions") }}
-- The figures of a report and of its other versions are compared where both are numbers with the same unit.
with versions as (
    select *
    from {{ ref("int_other_versions") }}
    where {{ in_part() }}
),

figures as (
    select *
    from {{ ref("int_figures") }}
    where table_set = 1
        and state = 'number'
        and document_id in (select document_id from versions union all select other_id from versions)
),

unused_cells as (
    select parts.document_id, cells.*
    from {{ ref("stg_cells") }} as cells
    join {{ ref("int_table_parts") }} as parts using (printed_in, table_code)
    where not parts.is_used and cells.table_set = 1 and parts.document_id in (select document_id from versions)
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
    join figures on versions.other_id = figures.document_id

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
    join figures using (document_id, table_code, row_code, column_code)
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
        and document_id in (select document_id from counted union all select other_id from counted)

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
