-- A finding is open until a review explains or dismisses it; only open ones count.
with broken as (
    select document_id, bool_or(severity = 'error') as has_errors, bool_or(severity = 'warning') as has_warnings,
        bool_or(rule_code in ('missing_table', 'blank_table')) as is_incomplete
    from {{ ref("finding") }}
    where coalesce(review, 'confirmed') = 'confirmed'
    group by document_id
)

select
    agency_id,
    report_year,
    document_id,
    title,
    publish_date,
    signed_date,
    url,
    correction,
    disclosure_form,
    requests_form,
    statistics_form,
    scope,
    covers.covered_by,
    case
        when is_incomplete then 'D'
        when has_errors then 'C'
        when has_warnings then 'B'
        else 'A'
    end as quality
from {{ ref("int_reports") }}
left join broken using (document_id)
left join {{ ref("int_covers") }} as covers using (agency_id, report_year)
where is_current
order by agency_id, report_year
