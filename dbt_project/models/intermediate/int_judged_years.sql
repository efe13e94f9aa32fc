-- Every comparison over years that can be made: between current reports of one agency that are of the same scope. Blanks,
-- doubtful figures and years that are not here leave a comparison out; int_unjudged_judged says so.
with reports as (
    select agency_id, report_year, document_id, scope
    from {{ ref("int_reports") }}
    where is_current
),

pairs as (
    select this.document_id, before.document_id as document_id_before
    from reports as this
    join reports as before
        on this.agency_id = before.agency_id
        and this.report_year = before.report_year + 1
        and this.scope = before.scope
),

-- The few figures that are compared, in one pass.
figures as (
    select
        document_id,
        any_value(value) filter (where row_code = 'received_new') as received_new,
        any_value(value) filter (where row_code = 'outcomes_total') as concluded,
        any_value(value) filter (where row_code = 'reconsideration') as reconsiderations,
        any_value(value) filter (where row_code = 'litigation_after_reconsideration') as suits_after
    from {{ ref("int_numbers") }}
    where column_code = 'total'
        and row_code in ('received_new', 'outcomes_total', 'reconsideration', 'litigation_after_reconsideration')
    group by document_id
),

changes as (
    select
        'implausible_change' as rule_code,
        pairs.document_id,
        row_code as subject,
        this as left_value,
        before as right_value,
        -- More than five times, or less than a fifth; small numbers are left to chance.
        greatest(this, before) > 5 * least(this, before) and abs(this - before) >= 20 as is_broken,
        [
            {{ place("pairs.document_id", "'requests'", "row_code", "'total'") }},
            {{ place("document_id_before", "'requests'", "row_code", "'total'") }}
        ] as places
    from pairs
    join figures as this_year on pairs.document_id = this_year.document_id
    join figures as year_before on pairs.document_id_before = year_before.document_id
    cross join lateral (
        values
            ('received_new', this_year.received_new, year_before.received_new),
            ('outcomes_total', this_year.concluded, year_before.concluded)
    ) as compared (row_code, this, before)
    where this >= 0 and before >= 0
),

-- Only the form of 2021 has what was issued, repealed and is in force; 对外公开总数量 of 2019 is something else.
stocks as (
    select
        document_id,
        row_code,
        any_value(value) filter (where column_code = 'issued') as issued,
        any_value(value) filter (where column_code = 'repealed') as repealed,
        any_value(value) filter (where column_code = 'in_force') as in_force
    from {{ ref("int_numbers") }}
    where table_code = 'disclosure' and column_code in ('issued', 'repealed', 'in_force')
    group by document_id, row_code
),

stocks_in_force as (
    select
        'in_force_mismatch' as rule_code,
        pairs.document_id,
        this.row_code as subject,
        this.in_force as left_value,
        before.in_force + this.issued - this.repealed as right_value,
        left_value <> right_value as is_broken,
        list_transform(
            ['issued', 'repealed', 'in_force'],
            lambda measure: {{ place("pairs.document_id", "'disclosure'", "this.row_code", "measure") }}
        ) || [
            {{ place("document_id_before", "'disclosure'", "this.row_code", "'in_force'") }}
        ] as places
    from pairs
    join stocks as this on pairs.document_id = this.document_id
    join stocks as before on pairs.document_id_before = before.document_id and this.row_code = before.row_code
    where left_value is not null and right_value is not null
),

-- Reconsiderations that the agency reported in this and in earlier years.
disputes as (
    select
        reports.document_id,
        pairs.document_id_before,
        figures.suits_after,
        figures.reconsiderations,
        before.reconsiderations as reconsiderations_before,
        coalesce(
            sum(figures.reconsiderations) over (
                partition by reports.agency_id, reports.scope order by reports.report_year
            ),
            0
        ) as ever
    from reports
    join figures using (document_id)
    left join pairs using (document_id)
    left join figures as before on pairs.document_id_before = before.document_id
),

suits as (
    select
        'suit_without_reconsideration' as rule_code,
        document_id,
        '' as subject,
        suits_after as left_value,
        ever as right_value,
        suits_after > 0 and ever = 0 as is_broken,
        [
            {{ place("document_id", "'litigation'", "'litigation_after_reconsideration'", "'total'") }},
            {{ place("document_id", "'litigation'", "'reconsideration'", "'total'") }},
            {{ place("document_id_before", "'litigation'", "'reconsideration'", "'total'") }}
        ] as places
    from disputes
    -- A suit of this year may follow a reconsideration of the year before: that year has to be here.
    where suits_after is not null
        and (suits_after <= 0 or ever > 0 or (reconsiderations is not null and reconsiderations_before is not null))
),

-- Money in 万元, where the printed unit or the label tells it.
amounts as (
    select
        reports.agency_id,
        reports.scope,
        numbers.document_id,
        numbers.row_code,
        numbers.column_code,
        numbers.value * if(numbers.unit is null, 1, units.factor) as amount
    from {{ ref("int_numbers") }} as numbers
    join reports using (document_id)
    join {{ ref("disclosure_measures") }} as measures on numbers.column_code = measures.measure
    left join {{ ref("units") }} as units on numbers.unit = units.printed_unit and units.kind = 'money'
    where numbers.table_code = 'disclosure'
        and measures.kind = 'money'
        and (units.factor is not null or (numbers.unit is null and measures.unit = '万元'))
        and numbers.value > 0
),

-- Against the middle of the other years, the lower of two: of two years the one that is too large stands out. One that
-- is too small stands out only where most others are larger.
amounts_of_years as (
    select
        'amount_unit_mismatch' as rule_code,
        this.document_id,
        concat_ws('/', this.row_code, this.column_code) as subject,
        this.amount as left_value,
        quantile_disc(other.amount, 0.5) as right_value,
        left_value / right_value between 2000 and 50000
        or (count(*) > 1 and right_value / left_value between 2000 and 50000) as is_broken,
        list(
            {{ place("other.document_id", "'disclosure'", "this.row_code", "this.column_code") }}
        ) || [
            {{ place("this.document_id", "'disclosure'", "this.row_code", "this.column_code") }}
        ] as places
    from amounts as this
    join amounts as other
        on this.agency_id = other.agency_id
        and this.scope = other.scope
        and this.row_code = other.row_code
        and this.column_code = other.column_code
        and this.document_id <> other.document_id
    group by this.document_id, this.row_code, this.column_code, this.amount
),

gaps as (
    select
        'missing_year' as rule_code,
        document_id,
        '' as subject,
        report_year - year_before - 1 as left_value,
        null as right_value,
        left_value > 0 as is_broken,
        [] as places
    from (
        select
            document_id,
            report_year,
            lag(report_year) over (partition by agency_id order by report_year) as year_before
        from reports
    )
    where year_before is not null
)

select
    rule_code,
    document_id,
    subject,
    left_value::decimal(38, 6) as left_value,
    right_value::decimal(38, 6) as right_value,
    is_broken,
    places
from (
    from changes
    union all
    from stocks_in_force
    union all
    from suits
    union all
    from amounts_of_years
    union all
    from gaps
)
