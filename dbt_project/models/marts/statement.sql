{#
    What a sentence states, beside what the tables print. It agrees if one of the readings of its measure gives its
    figure. It contradicts them only if none does, and nothing else can explain it: the period is certain, the scope is
    the report's, the figure is exact, every cell that a reading needs can be read, and the figure cannot be a part of
    what the table counts. All else cannot be judged.
#}
with candidates as (
    select
        statements.printed_in,
        statements.position,
        statements.qualifier,
        statements.value,
        readings.reading,
        readings.rank,
        figures.table_set,
        figures.value as table_value,
        figures.in_doubt
    from {{ ref("int_statements") }} as statements
    join {{ ref("stg_statement_readings") }} as readings using (measure)
    join {{ ref("int_reading_values") }} as figures
        on figures.document_id = if(statements.period = 'last_year', statements.document_id_before, statements.document_id)
        and figures.reading = readings.reading
        and figures.applicant_type = statements.applicant_type
    where statements.qualifier not in ('growth', 'change')

    union all

    select
        statements.printed_in,
        statements.position,
        statements.qualifier,
        statements.value,
        readings.reading,
        readings.rank,
        this.table_set,
        if(
            statements.qualifier = 'growth',
            (100 * (this.value - before.value)::double / nullif(before.value, 0)::double)::decimal(38, 6),
            this.value - before.value
        ),
        this.in_doubt or before.in_doubt
    from {{ ref("int_statements") }} as statements
    join {{ ref("stg_statement_readings") }} as readings using (measure)
    join {{ ref("int_reading_values") }} as this
        on this.document_id = statements.document_id
        and this.reading = readings.reading
        and this.applicant_type = statements.applicant_type
    join {{ ref("int_reading_values") }} as before
        on before.document_id = statements.document_id_before
        and before.reading = readings.reading
        and before.applicant_type = statements.applicant_type
        and before.table_set = this.table_set
    where statements.qualifier in ('growth', 'change')
),

tried as (
    select
        *,
        1000 * rank + table_set as turn,
        not in_doubt and case qualifier
            when 'over' then table_value >= value and table_value < value + {{ last_digit("value", at_least=10) }}
            when 'about' then abs(table_value - value) <= greatest(value / 10, 1)
            when 'growth' then abs(table_value - value) <= {{ last_decimal("value") }}
            else table_value = value
        end as is_met
    from candidates
),

answers as (
    select
        printed_in,
        position,
        arg_min(reading, turn) filter (where is_met) as agreed,
        arg_min(table_set, turn) filter (where is_met) as agreed_set,
        arg_min(table_value, turn) filter (where is_met) as agreed_value,
        any_value(reading) filter (where rank = 1 and table_set = 1) as first_reading,
        any_value(table_value) filter (where rank = 1 and table_set = 1) as first_value,
        max(table_value) as highest,
        min(abs(table_value - value)) as nearest,
        bool_or(in_doubt) as in_doubt
    from tried
    group by printed_in, position
),

compared as (
    from {{ ref("int_statements") }}
    left join answers using (printed_in, position)
),

-- What else the report says of the same: several figures of one measure may be parts that add up.
together as (
    select
        *,
        coalesce(bool_or(agreed is not null) over same, false) as is_said_rightly,
        -- A figure that agrees shows whose figures the tables hold, whatever the report is taken for.
        bool_or(scope = 'whole' and value > 0 and agreed is not null) over (partition by document_id) as is_of_whole,
        bool_or(scope = 'own' and value > 0 and agreed is not null) over (partition by document_id) as is_of_own,
        sum(value) over (same rows between unbounded preceding and unbounded following) as said_in_all,
        sum(value) over (partition by document_id, hash(sentence), measure, applicant_type, period, qualifier) as said_in_sentence,
        bool_or(period = 'last_year' and agreed is null)
            over (partition by document_id, measure, applicant_type) as is_other_year_apart
    from compared
    window same as (partition by document_id, measure, applicant_type, period, qualifier)
),

judged as (
    select
        *,
        case
            when period in ('since', 'part') then 'not_assessable'
            when agreed is not null then 'agrees'
            when not (is_of_this_year or period = 'last_year')
                or not is_of_scope
                or (scope = 'own' and is_of_whole)
                or (scope = 'whole' and is_of_own)
                or coalesce(in_doubt, true)
                or first_value is null
                or qualifier in ('about', 'over')
                or judged = 'never'
                or (judged = 'above' and (is_of_years or value <= highest))
                then 'not_assessable'
            -- Growth on figures that the report of the year before may have had otherwise.
            when qualifier = 'growth' then if(is_other_year_apart or nearest <= 1, 'not_assessable', 'contradicts')
            when qualifier = 'change' then if(is_other_year_apart, 'not_assessable', 'contradicts')
            when period = 'last_year' and starts_with(measure, 'carried') then 'not_assessable'
            when value < first_value
                and (
                    is_narrowed
                    or is_said_rightly
                    or said_in_all = first_value
                    or said_in_sentence = first_value
                )
                then 'not_assessable'
            else 'contradicts'
        end as result
    from together
)

select
    document_id,
    printed_in,
    position,
    agency_id,
    report_year,
    section,
    sentence,
    excerpt,
    measure,
    applicant_type,
    period,
    scope,
    qualifier,
    value::decimal(38, 6) as stated_value,
    unit,
    case
        when is_of_years then 'statement_years_mismatch'
        when is_certain then 'statement_mismatch'
        else 'statement_unsupported'
    end as rule_code,
    result,
    case result when 'agrees' then agreed when 'contradicts' then first_reading end as reading,
    case result when 'agrees' then agreed_set when 'contradicts' then 1 end::integer as table_set,
    case result when 'agrees' then agreed_value when 'contradicts' then first_value end::decimal(38, 6) as table_value,
    document_id_before,
    superseded
from judged
order by agency_id, report_year, printed_in, position
