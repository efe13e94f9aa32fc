-- The sums of the annex of 2014 to 2018, and its 其中. A row that is not printed may be one that was worded otherwise: a sum
-- without it cannot be judged, unless its parts exceed the total without it.
with rules as (
    select rule_code, relation, unnest(string_split("left", '|')) as part, "right" as whole
    from {{ source("landing", "form_statistics_sums") }}
),

figures as (
    select document_id, table_set, row_code, value, state
    from {{ ref("int_figures") }}
    where table_code = 'statistics'
),

-- A figure that has no place may be a part of any sum.
unplaced as (
    select distinct document_id, table_set
    from {{ ref("int_cells") }}
    where table_code = 'statistics' and (status = 'unplaced' or (status = 'unreadable' and row_code is null))
),

compared as (
    select
        rules.rule_code,
        rules.relation,
        wholes.document_id,
        wholes.table_set,
        rules.whole,
        any_value(wholes.value) as total,
        sum(parts.value) as parts,
        count(parts.state) = count(*) and not coalesce(bool_or(parts.state = 'unreadable'), false) as is_complete,
        list(rules.part) as part_codes
    from rules
    join figures as wholes on rules.whole = wholes.row_code and wholes.state = 'number'
    left join figures as parts
        on rules.part = parts.row_code
        and wholes.document_id = parts.document_id
        and wholes.table_set = parts.table_set
    group by rules.rule_code, rules.relation, wholes.document_id, wholes.table_set, rules.whole, if(relation = 'at_most', part, '')
)

select
    rule_code,
    document_id,
    concat_ws('/', whole, nullif(table_set, 1)) as subject,
    parts::decimal(38, 6) as left_value,
    total::decimal(38, 6) as right_value,
    if(relation = 'at_most', parts > total, parts <> total) as is_broken,
    list_transform(
        list_append(part_codes, whole),
        lambda row_code: {{ place("document_id", "'statistics'", "row_code", "'value'", "table_set") }}
    ) as places
from compared
left join unplaced using (document_id, table_set)
where parts is not null
    and (relation <> 'sum' or parts > total or (is_complete and unplaced.document_id is null))
