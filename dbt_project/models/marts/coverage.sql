-- Reports for a year are due by 31 March of the next: `due` gives the last year that is due on a day. The day is told by
-- the data alone: the last one on which a document was fetched; where none says so, the years that are here say how far
-- anyone has looked, but for those that were not due when the documents were read.
with seen as (
    select
        (select max(fetched_at) from {{ source("landing", "observations") }}) as fetched_at,
        (select max(extracted_at) from {{ source("landing", "documents") }}) as extracted_at
),

due as (
    select
        -- Nothing was fetched after it was read, whatever a sidecar says.
        year(if(fetched_at > extracted_at, extracted_at, fetched_at) + interval 8 hours - interval 3 months)::integer - 1 as fetched_year,
        year(extracted_at + interval 8 hours - interval 3 months)::integer - 1 as read_year
    from seen
),

reports as (
    select agency_id, report_year, document_id
    from {{ ref("int_reports") }}
    where is_current
),

unread as (
    select
        unread.agency_id,
        unread.report_year,
        document_id,
        if(documents.error_code = 'blocked', 'blocked', 'quarantined') as status,
        documents.error_message
    from {{ source("landing", "unread") }} as unread
    join {{ source("landing", "documents") }} as documents using (document_id)
    where unread.agency_id is not null
    qualify row_number() over (
        partition by unread.agency_id, unread.report_year order by documents.error_code = 'blocked', document_id
    ) = 1
),

-- What a site lists and did not give is there.
unfetched as (
    select
        agency_id,
        report_year,
        min(outcome || ' (' || coalesce(reason, 'no reason known') || '): ' || url) as detail
    from {{ source("landing", "unfetched") }}
    where agency_id is not null
    group by all
),

found as (
    select agency_id, report_year from reports
    union
    select agency_id, report_year from unread
    union
    select agency_id, report_year from unfetched
),

last_due as (
    select greatest(
        any_value(fetched_year),
        (select max(report_year) from found where report_year <= (select read_year from due))
    ) as report_year
    from due
),

-- What the roster says of an agency and year; a line that expects no report counts before one that does.
listed as (
    select agency_id, report_year, bool_and(expected) as is_expected, min(note) as note
    from (
        select
            agency_id,
            unnest(range(
                from_year, least(coalesce(to_year, last_due.report_year), last_due.report_year) + 1
            ))::integer as report_year,
            expected,
            note
        from {{ source("landing", "roster") }}
        cross join last_due
    )
    group by all
),

-- An agency that is not on the roster is expected from its first report on, to its end. Of one that only one document
-- knows nothing more can be expected.
unlisted as (
    select
        agency_id,
        unnest(range(
            min(found.report_year),
            greatest(
                max(found.report_year),
                least(any_value(last_due.report_year), coalesce(year(any_value(agencies.valid_to)) - 1, 9999))
            ) + 1
        ))::integer as report_year
    from found
    cross join last_due
    join {{ ref("dim_agency") }} as agencies using (agency_id)
    anti join {{ source("landing", "roster") }} as roster using (agency_id)
    where not starts_with(agency_id, 'document-')
    group by agency_id
),

years as (
    select agency_id, report_year from listed
    union
    select agency_id, report_year from unlisted
    union
    from found
)

select
    agency_id,
    report_year,
    case
        when reports.document_id is not null then 'extracted'
        when unread.status is not null then unread.status
        when unfetched.detail is not null then 'blocked'
        when coalesce(listed.is_expected, true) then 'absent'
        else 'not_expected'
    end as status,
    coalesce(reports.document_id, unread.document_id) as document_id,
    if(
        reports.document_id is null, coalesce(unread.error_message, unfetched.detail, listed.note), listed.note
    ) as detail,
    listed.is_expected
from years
left join reports using (agency_id, report_year)
left join unread using (agency_id, report_year)
left join unfetched using (agency_id, report_year)
left join listed using (agency_id, report_year)
order by agency_id, report_year
