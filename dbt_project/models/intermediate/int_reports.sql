with tables as (
    select
        document_id,
        count(distinct table_code) filter (where value is not null) as tables_found,
        count(*) filter (where status = 'number') as numbers,
        count(*) filter (where status in ('unreadable', 'unplaced')) as doubtful,
        -- A document that mixes both forms in one table has none.
        if(
            count(distinct form) filter (where table_code = 'disclosure') = 1,
            any_value(form) filter (where table_code = 'disclosure'),
            null
        ) as disclosure_form,
        if(
            count(distinct form) filter (where table_code = 'requests') = 1,
            any_value(form) filter (where table_code = 'requests'),
            null
        ) as requests_form
    from {{ ref("stg_cells") }}
    where table_set = 1
    group by document_id
),

urls as (
    select document_id, arg_min(url, raw_path) as url
    from {{ source("landing", "observations") }}
    where url is not null
    group by document_id
),

ranked as (
    select
        reports.*,
        urls.url,
        tables.disclosure_form,
        tables.requests_form,
        -- Which of several documents is the report of an agency and year: the one with more of the mandated
        -- tables, then the later, then the one with fewer doubtful figures, then the one with more figures. The
        -- document's hash decides what is left, so that every build chooses alike.
        row_number() over (
            partition by reports.agency_id, reports.report_year
            order by
                coalesce(tables.tables_found, 0) desc,
                coalesce(reports.publish_date, reports.signed_date) desc nulls last,
                coalesce(tables.doubtful, 0),
                coalesce(tables.numbers, 0) desc,
                reports.document_id
        ) as position
    from {{ ref("stg_reports") }} as reports
    left join tables using (document_id)
    left join urls using (document_id)
)

select
    * exclude (position),
    report_year is not null and position = 1 as is_current,
    report_year is not null and position > 1 as superseded
from ranked
