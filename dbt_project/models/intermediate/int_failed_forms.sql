select document_id, report_year, table_code, form
from (
    select document_id, report_year, 'disclosure' as table_code, disclosure_form as form
    from {{ ref("int_reports") }}

    union all

    select document_id, report_year, 'requests', requests_form
    from {{ ref("int_reports") }}
)
where (form = '2019' and report_year >= 2021) or (form = '2021' and report_year < 2021)
