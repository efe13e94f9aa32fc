-- The first sentence stands as evidence; all of them are in landing.topics.
select
    reports.agency_id,
    reports.report_year,
    topics.topic_code,
    topics.kind,
    codes.topic,
    codes.topic_zh,
    codes.family_code,
    codes.family,
    codes.family_zh,
    count(distinct (topics.printed_in, topics.section, topics.sentence_number)) as sentences,
    topics.document_id,
    -- That of section 5 before one of the others.
    arg_min(topics.section, place)::integer as section,
    arg_min(topics.sentence, place) as sentence,
    arg_min(topics.excerpt, place) as excerpt,
    arg_min(topics.cue, place) as cue,
    arg_min(topics.printed_in, place) as printed_in
from (
    select *, (section <> 5, printed_in <> document_id, printed_in, position) as place
    from {{ ref("stg_topics") }}
) as topics
join {{ ref("int_reports") }} as reports using (document_id)
join {{ ref("topic_codes") }} as codes using (topic_code)
where reports.is_current
group by all
order by agency_id, report_year, topic_code, kind
