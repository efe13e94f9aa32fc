-- Where a document prints a table twice, facts take the first set. The set with the larger figures is that of all
-- agencies below: if it is not the first, the first is the agency's own alone.
with narrow as (
    select document_id, table_code
    from (
        select document_id, table_code, table_set, sum(value) as size
        from {{ ref("int_figures") }}
        where document_id in (select document_id from {{ ref("int_figures") }} where table_set > 1)
        group by document_id, table_code, table_set
    )
    group by document_id, table_code
    having max(size) filter (where table_set > 1) > max(size) filter (where table_set = 1)
),

-- Grouped by document before the agency is joined: there are two hundred figures to a report.
held as (
    select document_id, table_code
    from {{ ref("int_numbers") }}
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
group by reports.agency_id, reports.report_year
