select
    row_code as outcome_code,
    parent_code as outcome_group,
    "order"::integer as outcome_order
from {{ source("landing", "form_requests_rows") }}
where kind = 'outcome'
