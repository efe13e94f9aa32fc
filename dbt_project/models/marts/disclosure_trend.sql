-- Table 2 by the codes that both forms have in common. A figure that is printed and cannot be read is a row without a value;
-- so is one that a table of mixed forms prints in the way of either.
with printed as (
    select agency_id, report_year, item, measure as code, value, unit
    from {{ ref("fct_disclosure") }}

    union all

    select agency_id, report_year, row_code, column_code, null, null
    from {{ ref("int_doubts") }}
    where table_code = 'disclosure' and column_code is not null
),

measures as (
    select
        agency_id,
        report_year,
        item,
        coalesce(crosswalk.harmonised_code, code) as measure,
        min(code) as code,
        if(count(*) = 1, any_value(value), null) as value,
        if(count(*) = 1, any_value(unit), null) as unit,
        coalesce(bool_and(crosswalk.is_comparable), true) as is_comparable
    from printed
    left join (
        from {{ ref("form_crosswalk") }}
        where table_code = 'disclosure'
    ) as crosswalk using (code)
    group by agency_id, report_year, item, coalesce(crosswalk.harmonised_code, code)
),

lines as (
    select
        measures.* exclude (is_comparable),
        measures.is_comparable as is_bridged,
        -- A number whose unit is not known is of another than one whose is.
        if(measures.value is null, null, coalesce(measures.unit, '?')) as known_unit,
        report.disclosure_form as form,
        coalesce(stocks.is_stock, false) as is_stock,
        report.covered_by
    from measures
    join {{ ref("report") }} as report using (agency_id, report_year)
    left join {{ ref("measures") }} as stocks on stocks.table_code = 'disclosure' and stocks.measure = measures.measure
),

trend as (
    {{ with_breaks(
        "lines",
        "disclosure",
        line="item, measure",
        code="measure",
        broken="(not is_bridged and code <> lag(code) over before) or known_unit <> lag(known_unit ignore nulls) over before"
    ) }}
)

select
    agency_id,
    report_year,
    item,
    measure,
    value::decimal(38, 6) as value,
    unit,
    form,
    is_stock,
    comparable,
    series::integer as series,
    covered_by
from trend
order by agency_id, item, measure, report_year
