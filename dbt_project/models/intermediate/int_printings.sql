-- The few rows of each report are put together here, so that its two hundred cells are joined once.
select
    parts.printed_in,
    parts.table_code,
    parts.document_id,
    reports.agency_id,
    reports.report_year,
    reports.is_current,
    repeats.document_id is not null as is_repeated
from {{ ref("int_table_parts") }} as parts
join {{ ref("int_reports") }} as reports using (document_id)
left join {{ ref("int_repeats") }} as repeats using (document_id)
where parts.is_used
