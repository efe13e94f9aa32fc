{#
    What each series is made of in each form: a row for each place of the form that is part of it. Seed `series` names
    places of the later forms, by their codes or by the harmonised ones of form_crosswalk; the crosswalk says which
    indicators of the annex make up a series. A table that mixes both forms (`mixed`) has the parts of either; a series
    whose parts the two do not share is ambiguous in it, since a figure may stand in both.
#}
with places as (
    select 'requests' as table_code, '2019' as form, row_code, 'total' as column_code, row_code as code
    from {{ source("landing", "form_requests_rows") }}
    where label_2019 is not null

    union all

    select 'requests', '2021', row_code, 'total', row_code
    from {{ source("landing", "form_requests_rows") }}
    where label_2021 is not null

    union all

    select 'disclosure', form, row_code, column_code, column_code
    from {{ source("landing", "form_disclosure_cells") }}

    union all

    -- The form of 2021 left the table of the form of 2019 as it was.
    select 'litigation', '2019', venue_code, result_code, venue_code
    from {{ source("landing", "form_litigation_columns") }}

    union all

    select 'statistics', '2014', row_code, 'value', row_code
    from {{ source("landing", "form_statistics_2014") }}
),

harmonised as (
    select
        places.*,
        coalesce(crosswalk.harmonised_code, code) as harmonised_code,
        coalesce(crosswalk.grade, 'same') as grade,
        crosswalk.reason_zh,
        crosswalk.reason_en
    from places
    left join {{ ref("form_crosswalk") }} as crosswalk using (table_code, form, code)
),

terms as (
    select series, string_split(part, '.') as term
    from (select series, unnest(string_split(parts, ' ')) as part from {{ ref("series") }} where parts is not null)
),

parts as (
    select series, form, table_code, row_code, column_code, grade, reason_zh, reason_en
    from harmonised
    join {{ ref("series") }} as series on harmonised_code = series.series
    where table_code = 'statistics'

    union all

    -- Under its own code a part of what another form has undivided is a series of this form only.
    select
        terms.series,
        form,
        table_code,
        row_code,
        column_code,
        if(code <> harmonised_code and code = terms.term[if(table_code = 'requests', 2, 3)], 'only', grade),
        reason_zh,
        reason_en
    from harmonised
    join terms
        on terms.term[1] = table_code
        and case
            when table_code = 'requests' then terms.term[2] in (code, harmonised_code)
            when table_code = 'disclosure' then terms.term[2] = row_code and terms.term[3] in (code, harmonised_code)
            else terms.term[2] = row_code and terms.term[3] = column_code
        end
    where table_code <> 'statistics'
),

-- A table that mixes both forms.
in_either as (
    select *, max(position) over (partition by series) as forms
    from (
        select *, dense_rank() over (partition by series order by form) as position
        from parts
        where table_code in ('requests', 'disclosure')
    )
),

mixed as (
    select
        series,
        'mixed' as form,
        table_code,
        row_code,
        column_code,
        arg_min(grade, form) as grade,
        arg_min(reason_zh, form) as reason_zh,
        arg_min(reason_en, form) as reason_en,
        count(*) < any_value(forms) as is_ambiguous
    from in_either
    group by series, table_code, row_code, column_code
),

all_parts as (
    select *, false as is_ambiguous
    from parts

    union all by name

    from mixed
)

select
    all_parts.*,
    -- The sum of the form that a blank can be told from zero by.
    case table_code
        when 'requests' then if(outcomes.outcome_code is not null, 'outcomes_total', null)
        when 'litigation' then if(column_code <> 'total', all_parts.row_code, null)
        when 'statistics' then indicators.parent_code
    end as sum_code
from all_parts
left join {{ ref("stg_outcomes") }} as outcomes on table_code = 'requests' and all_parts.row_code = outcomes.outcome_code
left join {{ source("landing", "form_statistics_2014") }} as indicators
    on table_code = 'statistics' and all_parts.row_code = indicators.row_code
