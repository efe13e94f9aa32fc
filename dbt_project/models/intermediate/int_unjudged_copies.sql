-- Too few or too small figures, no year, no agency; or figures that cannot be read or placed, of a report that equals no
-- other in what can be.
with doubtful as (
    select distinct document_id
    from {{ ref("int_cells") }}
    where table_set = 1 and status in ('unreadable', 'unplaced')
),

reports as (
    select
        reports.document_id,
        report_year is not null and coalesce(tells_years, false) as tells_years,
        report_year is not null and agency_name is not null and coalesce(tells_agencies, false) as tells_agencies,
        doubtful.document_id is not null as is_doubtful
    from {{ ref("int_reports") }} as reports
    left join {{ ref("int_table_prints") }} as prints
        on reports.document_id = prints.document_id and prints.table_code = 'all'
    left join doubtful on reports.document_id = doubtful.document_id
)

select rule_code, document_id
from (
    select 'tables_of_other_year' as rule_code, document_id from reports where is_doubtful or not tells_years
    union all
    select 'tables_of_other_agency', document_id from reports where is_doubtful or not tells_agencies
)
anti join {{ ref("int_rule_copies") }} using (rule_code, document_id)
