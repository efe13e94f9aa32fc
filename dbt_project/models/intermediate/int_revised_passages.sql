-- Sentences that only one of two versions in succession has, in whatever section: a heading that is seen in one of them
-- only must not move its sentences. Those that stand at the same place, behind the same last common sentence, are shown
-- beside each other, as `diff` does.
with given_parts as (
    select versions.*, parts.part_document_id, parts.position
    from {{ ref("int_versions") }} as versions
    join {{ source("landing", "report_parts") }} as parts on versions.document_id = parts.report_document_id
    anti join (
        -- Recognised characters are no print to compare by.
        select distinct printed_in
        from {{ ref("stg_cells") }}
        where confidence is not null
    ) as recognised on parts.part_document_id = recognised.printed_in
    where parts.role <> 'picture'
),

texts as (
    select
        given_parts.*,
        sections.section,
        -- What no reader of the page sees, and the page's own number (- 4 -).
        regexp_replace(
            sections.body, '\[bookmark:[^\]]*\]|(?m:^[\s\p{Z}]*[-—–－]+\s*\d+\s*[-—–－]+[\s\p{Z}]*$)', '', 'g'
        ) as body,
        sections.section = max(sections.section) over (partition by part_document_id) as is_last,
        count(sections.section) over (partition by part_document_id) as section_count
    from given_parts
    join {{ source("landing", "sections") }} as sections on given_parts.part_document_id = sections.document_id
    -- A notice of correction prints the one or two sections that it corrects, and takes nothing from the others.
    qualify section_count >= 4
),

-- A page and its file print the same text: it is taken from one of them.
used_texts as (
    select *
    from texts
    qualify dense_rank() over (partition by document_id order by section_count desc, position) = 1
),

pairs as (
    select document_id, lag(document_id) over earlier as document_id_before
    from (select distinct agency_id, report_year, scope, version, document_id from used_texts)
    window earlier as (partition by agency_id, report_year, scope order by version)
    qualify document_id_before is not null
),

sentences as (
    select
        document_id,
        section,
        is_last,
        unnest(sentences) as passage,
        generate_subscripts(sentences, 1) as ordinal
    from (select *, regexp_extract_all(body, '[^。！？]+[。！？]*[”’』」）]*') as sentences from used_texts)
),

passages as (
    select
        document_id,
        -- Width, white space and the numbers of paragraphs differ between the formats of one text.
        translate(
            regexp_replace(
                regexp_replace(
                    passage,
                    '(?m:^[\s\p{Z}]*[（(]?[一二三四五六七八九十\d]{1,3}(?:[）)、．]|\.([^\d])))', '\1', 'g'
                ),
                '[\s\p{Z}\p{C}]', '', 'g'
            ),
            '０１２３４５６７８９．％，：；（）！？“”‘’＂',
            '0123456789.%,:;()!?""''''"'
        ) as words,
        min((section, ordinal)) as place,
        arg_min(trim(regexp_replace(passage, '[\s\p{Z}\p{C}]+', ' ', 'g')), (section, ordinal)) as passage
    from sentences
    -- Behind the last full stop of the report its page may say something of its own.
    where not is_last or regexp_matches(passage, '[。！？][”’』」）]*$')
    group by all
    having words <> ''
),

sides as (
    select document_id_before, document_id, 'after' as side, words, place, passage
    from pairs
    join passages using (document_id)

    union all

    select pairs.document_id_before, pairs.document_id, 'before', words, place, passage
    from pairs
    join passages on pairs.document_id_before = passages.document_id
),

compared as (
    select *, count(*) over (partition by document_id, words) = 2 as is_common
    from sides
),

anchored as (
    select
        *,
        last_value(if(is_common, words, null) ignore nulls) over (
            partition by document_id, side order by place rows between unbounded preceding and current row
        ) as anchor
    from compared
),

numbered as (
    select *, row_number() over (partition by document_id, side, anchor order by place) as number
    from anchored
    where not is_common
)

select
    document_id_before,
    document_id,
    case
        when count(*) = 2 then 'changed'
        when any_value(side) = 'after' then 'added'
        else 'removed'
    end as change,
    coalesce(any_value(place) filter (where side = 'after'), any_value(place) filter (where side = 'before'))[1] as section,
    any_value(passage) filter (where side = 'before') as before,
    any_value(passage) filter (where side = 'after') as after
from numbered
group by document_id_before, document_id, anchor, number
-- A number that stands at a line's beginning in one of them only makes no other sentence.
having before is distinct from after
