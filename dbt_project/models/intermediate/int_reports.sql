with tables as (
    select
        document_id,
        count(*) filter (where numbers > 0) as tables_found,
        sum(numbers) as numbers,
        sum(doubtful) as doubtful,
        bool_or(is_recognised) as is_recognised,
        any_value(form) filter (where table_code = 'disclosure') as disclosure_form,
        any_value(form) filter (where table_code = 'requests') as requests_form,
        any_value(form) filter (where table_code = 'statistics') as statistics_form
    from {{ ref("int_tables") }}
    where table_set = 1
    group by document_id
),

urls as (
    select
        parts.report_document_id as document_id,
        arg_min(url, raw_path) filter (where role = 'page') as page_url,
        arg_min(observations.page_url, raw_path) as named_page_url,
        arg_min(url, raw_path) as any_url
    from {{ source("landing", "observations") }} as observations
    join {{ source("landing", "report_parts") }} as parts on observations.document_id = parts.part_document_id
    group by all
),

ranked as (
    select
        reports.*,
        coalesce(urls.page_url, urls.named_page_url, urls.any_url) as url,
        corrections.correction,
        tables.disclosure_form,
        tables.requests_form,
        tables.statistics_form,
        -- Which of several documents is the report of an agency and year: the one with more of the mandated
        -- tables, then a correction, then the later, then the one whose characters were given and not recognised,
        -- then the one with fewer doubtful figures, then the one with more figures. The document's hash decides what
        -- is left, so that every build chooses alike.
        row_number() over (
            partition by reports.agency_id, reports.report_year
            order by
                coalesce(tables.tables_found, 0) desc,
                corrections.correction is not null desc,
                coalesce(reports.publish_date, reports.signed_date) desc nulls last,
                coalesce(tables.is_recognised, false),
                coalesce(tables.doubtful, 0),
                coalesce(tables.numbers, 0) desc,
                reports.document_id
        ) as position
    from {{ ref("stg_reports") }} as reports
    left join tables using (document_id)
    left join urls using (document_id)
    left join {{ ref("int_corrections") }} as corrections using (document_id)
)

select
    * exclude (position),
    report_year is not null and position = 1 as is_current,
    report_year is not null and position > 1 as superseded
from ranked
