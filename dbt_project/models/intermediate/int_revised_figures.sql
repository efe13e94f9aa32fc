-- Each printing of a table is compared with the version before that prints it too: a notice that corrects one table takes
-- nothing away from the others. Recognised characters are left out, since a misread digit is no revision.
with printings as (
    select
        versions.agency_id,
        versions.report_year,
        versions.scope,
        versions.version,
        document_id,
        cells.table_code,
        cells.table_set,
        -- What has no place may be the figure that a place lacks.
        bool_or(cells.status = 'unplaced') as has_unplaced
    from {{ ref("int_cells") }} as cells
    join {{ ref("int_versions") }} as versions using (document_id)
    group by all
    having bool_or(cells.status = 'number') and not bool_or(cells.confidence is not null)
),

pairs as (
    select
        document_id,
        lag(document_id) over earlier as document_id_before,
        table_code,
        table_set,
        has_unplaced,
        lag(has_unplaced) over earlier as had_unplaced
    from printings
    window earlier as (partition by agency_id, report_year, scope, table_code, table_set order by version)
    qualify document_id_before is not null
),

sides as (
    select pairs.*, 'after' as side, figures.* exclude (document_id, table_code, table_set)
    from pairs
    join {{ ref("int_figures") }} as figures using (document_id, table_code, table_set)

    union all by name

    select pairs.*, 'before' as side, figures.* exclude (document_id, table_code, table_set)
    from pairs
    join {{ ref("int_figures") }} as figures
        on pairs.document_id_before = figures.document_id
        and pairs.table_code = figures.table_code
        and pairs.table_set = figures.table_set
),

places as (
    select
        sides.document_id_before,
        sides.document_id,
        sides.table_code,
        sides.table_set,
        sides.row_code,
        sides.column_code,
        {% for side, lacks in [("before", "had_unplaced"), ("after", "has_unplaced")] -%}
        any_value(sides.value) filter (where side = '{{ side }}') as value_{{ side }},
        any_value(sides.unit) filter (where side = '{{ side }}') as unit_{{ side }},
        coalesce(
            any_value(sides.state) filter (where side = '{{ side }}'),
            if(any_value({{ lacks }}), 'unreadable', 'nothing')
        ) as state_{{ side }},
        -- 3700 元 for 0.37 万元 is the same amount, written otherwise.
        any_value(sides.value * coalesce(units.factor, 1)) filter (where side = '{{ side }}') as amount_{{ side }},
        {% endfor -%}
    from sides
    left join {{ ref("units") }} as units on sides.unit = units.printed_unit
    group by all
),

changes as (
    select
        *,
        case
            when state_before = 'number' and state_after = 'number' then 'changed'
            when state_before = 'nothing' and state_after = 'number' then 'added'
            when state_before = 'number' and state_after = 'nothing' then 'removed'
        end as change
    from places
    where change is not null
        and value_before is distinct from value_after
        and (change <> 'changed' or amount_before <> amount_after)
),

printed as (
    select document_id, table_code, table_set, row_code, column_code, min(raw_text) as raw_text
    from {{ ref("int_cells") }}
    where document_id in (select document_id from changes)
        or document_id in (select document_id_before from changes)
    group by all
)

select
    changes.document_id_before,
    changes.document_id,
    changes.change,
    changes.table_code,
    changes.table_set,
    changes.row_code,
    changes.column_code,
    before.raw_text as before,
    after.raw_text as after,
    changes.value_before,
    changes.value_after,
    changes.unit_before,
    changes.unit_after
from changes
left join printed as before
    on changes.document_id_before = before.document_id
    and changes.table_code = before.table_code
    and changes.table_set = before.table_set
    and changes.row_code = before.row_code
    and changes.column_code = before.column_code
left join printed as after
    on changes.document_id = after.document_id
    and changes.table_code = after.table_code
    and changes.table_set = after.table_set
    and changes.row_code = after.row_code
    and changes.column_code = after.column_code
