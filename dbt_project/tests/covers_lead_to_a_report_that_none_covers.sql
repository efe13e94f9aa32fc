-- Followed upwards, what covers a report ends; no line of subordination is as long as twelve.
{% for table_code in ["disclosure", "requests", "litigation", "statistics"] -%}
select * from (
    with recursive above as (
        select agency_id, report_year, {{ table_code }}_covered_by as covered_by, 1 as steps
        from {{ ref("int_covers") }}
        where {{ table_code }}_covered_by is not null

        union all

        select above.agency_id, above.report_year, covers.{{ table_code }}_covered_by, above.steps + 1
        from above
        join {{ ref("int_covers") }} as covers
            on above.covered_by = covers.agency_id and above.report_year = covers.report_year
        where covers.{{ table_code }}_covered_by is not null and above.steps < 12
    )
    select '{{ table_code }}' as table_code, *
    from above
    where steps = 12
)
{% if not loop.last %}union all{% endif %}
{% endfor %}
