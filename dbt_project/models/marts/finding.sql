with failures as (
    from {{ ref("int_rule_requests") }}
    union all by name
    from {{ ref("int_rule_litigation") }}
    union all by name
    from {{ ref("int_rule_cells") }}
    union all by name
    from {{ ref("int_rule_metadata") }}
    union all by name
    from {{ ref("int_rule_places") }}
    union all by name
    from {{ ref("int_rule_structure") }}
    union all by name
    from {{ ref("int_rule_years") }}
    union all by name
    from {{ ref("int_rule_versions") }}
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
