-- A promise is not kept because the next report is silent: what is told is whether the problem is admitted again.
with promised as (
    from {{ ref("topic_year") }}
    where kind = 'promise'
),

-- Reports that say something of problems and improvements at all.
answering as (
    select distinct reports.agency_id, reports.report_year, reports.document_id
    from {{ ref("int_reports") }} as reports
    join {{ source("landing", "report_parts") }} as parts on reports.document_id = parts.report_document_id
    join {{ source("landing", "sections") }} as sections on parts.part_document_id = sections.document_id
    where reports.is_current and sections.section = 5 and trim(sections.body) <> ''
),

said as (
    from {{ ref("topic_year") }}
    where kind in ('problem', 'solved')
)

select
    promised.agency_id,
    promised.report_year,
    promised.topic_code,
    promised.topic,
    promised.topic_zh,
    case
        when answering.document_id is null then 'no_report'
        when admitted.sentence is not null then 'admitted_again'
        else 'not_admitted_again'
    end as result,
    promised.document_id,
    promised.sentence as promise,
    then_admitted.sentence is not null as is_admitted_then,
    then_admitted.sentence as admitted_then,
    answering.document_id as next_document_id,
    admitted.sentence as admitted_again,
    solved.sentence as said_solved
from promised
left join said as then_admitted
    on promised.agency_id = then_admitted.agency_id
    and promised.report_year = then_admitted.report_year
    and promised.topic_code = then_admitted.topic_code
    and then_admitted.kind = 'problem'
left join answering
    on promised.agency_id = answering.agency_id
    and promised.report_year + 1 = answering.report_year
left join said as admitted
    on answering.agency_id = admitted.agency_id
    and answering.report_year = admitted.report_year
    and promised.topic_code = admitted.topic_code
    and admitted.kind = 'problem'
left join said as solved
    on answering.agency_id = solved.agency_id
    and answering.report_year = solved.report_year
    and promised.topic_code = solved.topic_code
    and solved.kind = 'solved'
order by promised.agency_id, promised.report_year, promised.topic_code
