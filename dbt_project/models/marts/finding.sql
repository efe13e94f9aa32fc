with failures as (
    {% for family in ["requests", "litigation", "cells", "metadata", "places", "structure", "years", "versions"] -%}
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
),

-- The files of each report that is several documents.
files as (
    select report_document_id as document_id, list(part_document_id) as part_ids
    from {{ source("landing", "report_parts") }}
    where role <> 'page'
    group by all
),

-- The same fault of the same document keeps its id in every build, also when a page comes that offers the document. So
-- `subject` is made of codes and words: never of positions, which another reader may count otherwise, nor of figures.
identified as (
    select
        worded.*,
        md5(concat_ws(
            '|',
            rule_code,
            case
                when part_ids is null then document_id
                when (cells ->> '$[0].document_id') = (cells ->> '$[#-1].document_id')
                    and list_contains(part_ids, cells ->> '$[0].document_id')
                    then cells ->> '$[0].document_id'
                else document_id
            end,
            subject
        )) as finding_id
    from worded
    left join files using (document_id)
)

select
    finding_id,
    findings.rule_code,
    findings.severity,
    document_id,
    reports.agency_id,
    reports.report_year,
    findings.left_value::decimal(38, 6) as left_value,
    findings.right_value::decimal(38, 6) as right_value,
    findings.difference::decimal(38, 6) as difference,
    findings.message_en as message,
    findings.message_zh,
    findings.cells,
    reports.superseded,
    reviews.verdict as review,
    reviews.reason as review_reason
from identified as findings
join {{ ref("int_reports") }} as reports using (document_id)
left join {{ source("landing", "reviews") }} as reviews using (finding_id)
order by finding_id
