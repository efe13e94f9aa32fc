-- Too few or too small figures, or no year; or figures that cannot be read or placed, of a report that equals no other in
-- what can be.
with doubtful as (
    select distinct document_id
    from {{ ref("int_cells") }}
    where table_set = 1 and status in ('unreadable', 'unplaced')
)

select rule_code, document_id
from (
    select 'tables_of_other_year' as rule_code, document_id, report_year is not null and tells_years as is_told
    from {{ ref("int_table_prints") }}

    union all

    select 'tables_of_other_agency', document_id, report_year is not null and tells_agencies
    from {{ ref("int_table_prints") }}
)
where not is_told or document_id in (from doubtful)

except

select rule_code, document_id
from {{ ref("int_rule_copies") }}
