-- What a government reports of itself and what it reports for all below it are no versions of each other; a correction
-- says itself that it is one.
select
    used.document_id,
    other.document_id as other_id,
    used.correction is not null and other.correction is null as is_correction
from {{ ref("int_reports") }} as used
join {{ ref("int_reports") }} as other using (agency_id, report_year)
where used.is_current and other.superseded and (is_correction or used.scope = other.scope)

union all

select distinct document_id, parts.printed_in, false
from {{ ref("int_table_parts") }} as parts
join {{ ref("int_reports") }} as reports using (document_id)
where not parts.is_used and reports.is_current
