-- Where a document prints a table twice, facts take the first set. The set with the larger figures is that of all
-- agencies below: if it is not the first, the first is the agency's own alone.
with narrow as (
    select document_id, table_code
    from (
        select document_id, table_code, table_set, sum(value) as size
        from {{ ref("int_figures") }}
        where document_id in (select document_id from {{ ref("int_tables") }} where table_set > 1)
        group by document_id, table_code, table_set
    )
    group by document_id, table_code
    having max(size) filter (where table_set > 1) > max(size) filter (where table_set = 1)
),

-- A table with numbers has figures, but for one all of whose numbers are contradicted.
held as (
    select tables.document_id, tables.table_code
    from {{ ref("int_tables") }} as tables
    anti join {{ ref("int_repeats") }} as repeats using (document_id)
    where tables.table_set = 1 and tables.numbers > 0

    union all

    select document_id, table_code
    from {{ ref("int_numbers") }}
    where document_id in (select document_id from {{ ref("int_repeats") }})
    group by document_id, table_code
)

select
    reports.agency_id,
    reports.report_year,
    list(held.table_code) as tables,
    coalesce(list(held.table_code) filter (where narrow.document_id is null), []) as tables_as_scoped
from held
join {{ ref("int_reports") }} as reports using (document_id)
left join narrow using (document_id, table_code)
where reports.is_current
group by reports.agency_id, reports.report_year
