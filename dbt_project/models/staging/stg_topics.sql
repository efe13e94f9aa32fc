-- A page and its files may print the same sentence: it counts once.
select
    parts.report_document_id as document_id,
    topics.document_id as printed_in,
    topics.position,
    topics.section,
    topics.sentence_number,
    topics.sentence,
    topics.excerpt,
    topics.topic_code,
    topics.kind,
    topics.cue
from {{ source("landing", "topics") }} as topics
join {{ source("landing", "report_parts") }} as parts on topics.document_id = parts.part_document_id
qualify parts.position = min(parts.position) over (partition by parts.report_document_id, hash(topics.sentence))
