select
    'requests' as table_code,
    form_row.row_code,
    form_column.column_code,
    coalesce(form_row.label_2021, form_row.label_2019) || ' · ' || form_column.label as label
from {{ source("landing", "form_requests_rows") }} as form_row
cross join {{ source("landing", "form_requests_columns") }} as form_column

union all

select 'litigation', venue_code, result_code, venue_label || ' · ' || result_label
from {{ source("landing", "form_litigation_columns") }}

union all

-- A place of both forms goes by its name in the later one.
select 'disclosure', row_code, column_code, arg_max(row_label || ' · ' || column_label, form)
from {{ source("landing", "form_disclosure_cells") }}
group by row_code, column_code

union all

select 'statistics', row_code, 'value', label
from {{ source("landing", "form_statistics_2014") }}
