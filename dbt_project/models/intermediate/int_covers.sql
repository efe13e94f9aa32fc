{#
    Which report already holds the figures of another: the nearest above it in its line of subordination that is of
    scope `whole` and holds figures of the table. The nearest, not the topmost: each government then has its own parts,
    which can be set against it, and following covered_by upwards leads to the topmost all the same.

    A government's office may report in its place. Of several reports for one node the government's comes first, and
    what a report for the whole holds itself never is covered by one that comes after it, so that no two cover each
    other.
#}
with reports as (
    select
        agency_id,
        report_year,
        subordination as nodes,
        scope = 'whole' as is_whole,
        if(standing = 'office', subordination[-2], subordination[-1]) as own_node,
        if(standing = 'government', 1, 2) as precedence,
        coalesce(holdings.tables, []) as tables,
        coalesce(holdings.tables_as_scoped, []) as tables_as_scoped
    from {{ ref("int_reports") }}
    left join {{ ref("int_holdings") }} as holdings using (agency_id, report_year)
    where is_current
),

places as (
    select
        agency_id,
        report_year,
        own_node,
        precedence,
        tables,
        if(is_whole, tables_as_scoped, []) as held,
        unnest(nodes) as node,
        unnest(range(1, len(nodes) + 1)) as depth
    from reports
),

covers as (
    select
        places.agency_id,
        places.report_year,
        places.tables,
        wholes.agency_id as whole_id,
        if(
            places.own_node = places.node
            and (places.precedence, places.agency_id) < (wholes.precedence, wholes.agency_id),
            list_filter(wholes.tables_as_scoped, lambda table_code: not list_contains(places.held, table_code)),
            wholes.tables_as_scoped
        ) as whole_tables,
        places.depth,
        wholes.precedence
    from places
    join reports as wholes on places.report_year = wholes.report_year and places.node = wholes.own_node
    where wholes.is_whole and wholes.agency_id <> places.agency_id
),

nearest as (
    select
        agency_id,
        report_year,
        any_value(tables) as tables,
        {% for table_code in ["disclosure", "requests", "litigation", "statistics"] -%}
        first(
            {'agency_id': whole_id, 'depth': depth} order by depth desc, precedence, whole_id
        ) filter (where list_contains(whole_tables, '{{ table_code }}')) as {{ table_code }},
        {% endfor -%}
        first(
            {'agency_id': whole_id, 'depth': depth} order by depth desc, precedence, whole_id
        ) filter (where len(whole_tables) > 0) as any_table
    from covers
    group by agency_id, report_year
)

select
    agency_id,
    report_year,
    {% for table_code in ["disclosure", "requests", "litigation", "statistics"] -%}
    {{ table_code }}.agency_id as {{ table_code }}_covered_by,
    {{ table_code }}.depth as {{ table_code }}_cover_depth,
    {% endfor -%}
    case
        when list_contains(tables, 'requests') then requests.agency_id
        when list_contains(tables, 'litigation') then litigation.agency_id
        when list_contains(tables, 'disclosure') then disclosure.agency_id
        when list_contains(tables, 'statistics') then statistics.agency_id
        else any_table.agency_id
    end as covered_by
from nearest
