-- A report counts in each division of its line of subordination. Its figures are added up in those in which no other
-- report holds them: where a government reports for all below it, that is its own report alone.
{%- set of_requests = [
    "received_new", "carried_in", "concluded", "carried_out", "granted", "granted_partly", "refused", "unavailable",
    "not_processed", "other", "unattributed",
] %}
{%- set of_litigation = [
    "reconsiderations", "reconsiderations_corrected", "reconsiderations_pending",
    "suits", "suits_corrected", "suits_pending",
] %}
with reports as (
    select
        reports.agency_id,
        reports.report_year,
        unnest(reports.subordination) as division_code,
        unnest(range(1, len(reports.subordination) + 1)) as depth,
        coalesce(covers.requests_cover_depth, 0) as requests_cover_depth,
        coalesce(covers.litigation_cover_depth, 0) as litigation_cover_depth,
        if(reports.scope = 'whole', if(standing = 'office', subordination[-2], subordination[-1]), null) as whole_node,
        holdings.tables_as_scoped
    from {{ ref("int_reports") }} as reports
    left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
    left join {{ ref("int_holdings") }} as holdings using (agency_id, report_year)
    where reports.is_current
),

parts as (
    select
        agency_id,
        report_year,
        division_code,
        requests_cover_depth < depth as is_in_requests,
        litigation_cover_depth < depth as is_in_litigation,
        coalesce(whole_node = division_code and list_contains(tables_as_scoped, 'requests'), false) as is_whole,
        coalesce(whole_node = division_code and list_contains(tables_as_scoped, 'litigation'), false)
            as is_whole_litigation
    from reports
    where division_code in (select division_code from {{ source("landing", "divisions") }})
),

sums as (
    select
        division_code,
        report_year,
        {% for measure in of_requests -%}
        sum({{ measure }}) filter (where is_in_requests) as {{ measure }},
        {% endfor -%}
        {% for measure in of_litigation -%}
        sum({{ measure }}) filter (where is_in_litigation) as {{ measure }},
        {% endfor -%}
        bool_or(is_whole and is_in_requests) as is_whole,
        bool_or(is_whole_litigation and is_in_litigation) as is_whole_litigation,
        count(*) as reports,
        count(*) filter (where is_in_requests and (concluded is not null or received_new is not null)) as parts,
        count(*) filter (where is_in_requests and (concluded is null or received_new is null)) as parts_without_total
    from parts
    join {{ ref("agency_year") }} using (agency_id, report_year)
    group by division_code, report_year
),

-- The divisions as they stood at the end of each year, and those that report under what was their code before.
named as (
    select sums.division_code, sums.report_year, divisions.division_name, divisions.level, divisions.parent_code
    from sums
    join {{ source("landing", "divisions") }} as divisions using (division_code)
    qualify row_number() over (
        partition by sums.division_code, sums.report_year
        order by coalesce(divisions.valid_from, 0) <= sums.report_year desc, divisions.valid_from desc nulls last
    ) = 1
),

children as (
    select
        divisions.parent_code as division_code,
        years.report_year,
        count(distinct divisions.division_code) as child_divisions,
        count(distinct sums.division_code) as child_divisions_reporting,
        count(distinct sums.division_code) filter (where sums.is_whole) as child_divisions_whole
    from {{ source("landing", "divisions") }} as divisions
    join (select distinct report_year from sums) as years
        on coalesce(divisions.valid_from, 0) <= years.report_year
            and coalesce(divisions.valid_to, 9999) > years.report_year
    left join sums on divisions.division_code = sums.division_code and years.report_year = sums.report_year
    where divisions.parent_code is not null
    group by divisions.parent_code, years.report_year
)

select
    division_code,
    report_year,
    named.division_name,
    named.level,
    named.parent_code,
    {% for measure in of_requests + of_litigation -%}
    sums.{{ measure }},
    {% endfor -%}
    if(sums.is_whole, 'government', 'agencies') as basis,
    if(sums.is_whole_litigation, 'government', 'agencies') as litigation_basis,
    sums.reports,
    sums.parts,
    sums.parts_without_total,
    children.child_divisions,
    children.child_divisions_reporting,
    children.child_divisions_whole,
    {{ rate("children.child_divisions_reporting", "children.child_divisions") }} as coverage
from sums
join named using (division_code, report_year)
left join children using (division_code, report_year)
order by division_code, report_year
