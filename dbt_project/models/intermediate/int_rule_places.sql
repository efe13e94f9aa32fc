-- What the agencies' room could not tell, or found against the name.
select
    place_finding as rule_code,
    document_id,
    '' as subject,
    concat_ws('；', place_evidence, place_runner_up) as place_zh,
    concat_ws('; ', place_evidence, place_runner_up) as place_en,
    place_weight::decimal(38, 6) as left_value,
    (place_weight - place_margin)::decimal(38, 6) as right_value,
    {{ no_cells() }} as cells
from {{ source("landing", "agencies") }}
where place_finding is not null
