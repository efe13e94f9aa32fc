-- Figures as printed: rows that are parts of others stand beside them, so that no sum over indicators means anything. A
-- count is a count whatever word stands behind it. Money is turned into 万元 by the unit printed with it; where none is
-- printed, or one that does not fit, the unit is unknown and the number stays as printed.
select
    numbers.agency_id,
    numbers.report_year,
    numbers.row_code as indicator,
    if(
        form.unit = '万元' and units.kind = 'money',
        (numbers.value * units.factor)::decimal(38, 6),
        numbers.value
    ) as value,
    case
        when form.unit <> '万元' then if(coalesce(units.kind, 'count') = 'count', form.unit, null)
        when units.kind = 'money' then '万元'
    end as unit,
    covers.statistics_covered_by as covered_by
from {{ ref("int_numbers") }} as numbers
join {{ source("landing", "form_statistics_2014") }} as form using (row_code)
left join {{ ref("units") }} as units on numbers.unit = units.printed_unit
left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
where numbers.table_code = 'statistics'
order by agency_id, report_year, indicator
