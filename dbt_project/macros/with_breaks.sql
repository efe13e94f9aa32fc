{#
    The rows of a trend with `comparable`, whether a value can be compared with the one before it on its line, and
    `series`, which counts the stretches of a line within which all can. `rows` has agency_id, report_year and `line`;
    `code` is the column by which seed `breaks` names what breaks in a year, `broken` a condition of its own, in which
    `before` is the window of the line.
#}
{% macro with_breaks(rows, table_code, line, code, broken="false") -%}
select *, 1 + count(*) filter (where not comparable) over before as series
from (
    select
        rows.*,
        eras.era is not distinct from coalesce(lag(eras.era) over before, eras.era)
        and not coalesce({{ broken }}, false) as comparable
    from {{ rows }} as rows
    -- How many breaks came before this year.
    left join (
        select named.{{ code }}, named.report_year, count(*) as era
        from (select distinct {{ code }}, report_year from {{ rows }}) as named
        join {{ ref("breaks") }} as breaks
            on breaks.table_code = '{{ table_code }}'
            and breaks.breaks_at = 'year'
            and coalesce(breaks.code, named.{{ code }}) = named.{{ code }}
            and breaks.report_year <= named.report_year
        group by all
    ) as eras using ({{ code }}, report_year)
    window before as (partition by agency_id, {{ line }} order by report_year)
)
window before as (partition by agency_id, {{ line }} order by report_year)
{%- endmacro %}
