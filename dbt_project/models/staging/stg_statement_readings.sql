-- What a measure can mean, the most plausible first.
select measure, list_extract(string_split(readings, ' '), place) as reading, place as rank
from (
    select measure, readings, unnest(generate_series(1, len(string_split(readings, ' ')))) as place
    from {{ ref("statement_measures") }}
)
