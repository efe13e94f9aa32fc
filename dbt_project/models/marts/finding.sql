with failures as (
    {% for family in ["requests", "litigation", "cells", "metadata", "places", "structure", "years", "versions", "statements"] -%}
    from {{ ref("int_rule_" ~ family) }}
    {{ "union all by name" if not loop.last }}
    {% endfor -%}
),

worded as (
    select
        failures.*,
        rules.severity,
        failures.left_value - failures.right_value as difference,
        {% for language in ["en", "zh"] -%}
        replace(replace(replace(replace(replace(
            rules.message_{{ language }},
            '{left}', coalesce({{ plain_number("failures.left_value") }}, '')),
            '{right}', coalesce({{ plain_number("failures.right_value") }}, '')),
            '{difference}', coalesce({{ plain_number("failures.left_value - failures.right_value") }}, '')),
            '{note}', coalesce(failures.note_{{ language }}, '')),
            '{place}', failures.place_{{ language }}) as message_{{ language }}{{ "," if not loop.last }}
        {% endfor -%}
    from failures
    join {{ ref("rules") }} as rules using (rule_code)
)

select
    -- The same fault of the same document keeps its id in every build.
    md5(concat_ws('|', worded.rule_code, document_id, worded.subject)) as finding_id,
    worded.rule_code,
    worded.severity,
    document_id,
    reports.agency_id,
    reports.report_year,
    worded.left_value::decimal(38, 6) as left_value,
    worded.right_value::decimal(38, 6) as right_value,
    worded.difference::decimal(38, 6) as difference,
    worded.message_en as message,
    worded.message_zh,
    worded.cells,
    reports.superseded
from worded
join {{ ref("int_reports") }} as reports using (document_id)
order by finding_id
