-- A result that is printed and cannot be read is a row without a value.
with lines as (
    select
        cases.agency_id,
        cases.report_year,
        cases.venue,
        cases.result,
        cases.cases as value,
        coalesce(stocks.is_stock, false) as is_stock,
        report.covered_by
    from (
        select agency_id, report_year, venue, result, cases
        from {{ ref("fct_litigation") }}

        union all

        select agency_id, report_year, row_code, column_code, null
        from {{ ref("int_doubts") }}
        where table_code = 'litigation' and column_code <> 'total'
    ) as cases
    join {{ ref("report") }} as report using (agency_id, report_year)
    left join {{ ref("measures") }} as stocks on stocks.table_code = 'litigation' and stocks.measure = cases.result
),

trend as (
    {{ with_breaks("lines", "litigation", line="venue, result", code="venue") }}
)

select
    agency_id,
    report_year,
    venue,
    result,
    value::decimal(38, 6) as value,
    is_stock,
    comparable,
    series::integer as series,
    covered_by
from trend
order by agency_id, venue, result, report_year
