with
-- One place of the form that is printed several times, and not alike.
repeated as (
    select
        if(is_contradicted, 'disagreeing_figures', 'unreadable_figure') as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        null::decimal(38, 6) as left_value
    from {{ ref("int_figures") }}
    where is_contradicted or is_partly_printed
),

not_counts as (
    select
        'not_a_count' as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        value as left_value
    from {{ ref("int_figures") }}
    where (value < 0 or value <> trunc(value))
        and (
            table_code in ('requests', 'litigation')
            or (table_code = 'statistics' and row_code in (
                select row_code from {{ source("landing", "form_statistics_2014") }} where unit <> '万元'
            ))
        )
),

wrong_units as (
    select
        'unexpected_unit' as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        value as left_value,
        figures.unit
    from {{ ref("int_figures") }} as figures
    join {{ ref("disclosure_measures") }} as measures on figures.column_code = measures.measure
    left join {{ ref("units") }} as units on figures.unit = units.printed_unit
    where table_code = 'disclosure' and figures.unit is not null and units.kind is distinct from measures.kind
),

-- Totals that are not printed, or not there, beside parts that are; one is the total of a row and of a column.
blank_totals as (
    select
        'blank_total' as rule_code,
        document_id,
        table_code,
        table_set,
        row_code,
        column_code,
        bool_or(has_unreadable_parts) as in_doubt
    from {{ ref("int_sums") }}
    where parts is not null and coalesce(total_state, 'nothing') = 'nothing'
    group by document_id, table_code, table_set, row_code, column_code
),

-- These have a finding for each printed row, not for each place.
doubtful as (
    select distinct status || '_figure' as rule_code, document_id, table_code, table_set
    from {{ ref("int_cells") }}
    where status in ('unreadable', 'unplaced')
)

from repeated
union all by name
from not_counts
union all by name
from wrong_units
union all by name
from blank_totals
union all by name
from doubtful
