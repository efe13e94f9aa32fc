-- A count is a count whatever word stands behind it. Money is turned into 万元 by the unit printed in its cell or
-- header, else by that of its label; where none is printed, or one that does not fit, the unit is unknown and the
-- number stays as printed.
select
    numbers.agency_id,
    numbers.report_year,
    numbers.row_code as item,
    numbers.column_code as measure,
    case
        when measures.kind = 'money' and units.kind = 'money' then (numbers.value * units.factor)::decimal(38, 6)
        else numbers.value
    end as value,
    case
        when numbers.unit is null then measures.unit
        when units.kind = measures.kind then coalesce(units.unit, measures.unit)
    end as unit,
    covers.disclosure_covered_by as covered_by
from {{ ref("int_numbers") }} as numbers
join {{ ref("disclosure_measures") }} as measures on numbers.column_code = measures.measure
left join {{ ref("units") }} as units on numbers.unit = units.printed_unit
left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
where numbers.table_code = 'disclosure'
order by agency_id, report_year, item, measure
