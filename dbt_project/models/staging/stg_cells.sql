select
    document_id as printed_in,
    table_code,
    form,
    table_set,
    row_code,
    column_code,
    raw_text,
    value,
    unit,
    status,
    table_index,
    row_index,
    column_index,
    page,
    bbox,
    confidence
from {{ source("landing", "cells") }}
