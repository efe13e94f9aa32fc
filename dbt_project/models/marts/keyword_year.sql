{#
    TF-IDF against the other agencies of the year. The inverse document frequency is ln((1 + agencies) / agencies with the
    term): near 0 for what nearly all write, but never 0 or less, so that of one report alone the terms rank by how often
    they stand in it.

    Reports are numbered: ten million rows go through, and a number is a fraction of a hash.
#}
with sizes as (
    select document_id, sum(count) as words
    from {{ source("landing", "keywords") }}
    group by document_id
),

-- A page and its files may hold the same text: of each report the part with the most words counts.
reports as (
    select
        row_number() over ()::integer as number,
        reports.agency_id,
        reports.report_year,
        reports.document_id,
        arg_max(sizes.document_id, (sizes.words, parts.position)) as counted_in,
        max(sizes.words) as words
    from {{ ref("int_reports") }} as reports
    join {{ source("landing", "report_parts") }} as parts on reports.document_id = parts.report_document_id
    join sizes on parts.part_document_id = sizes.document_id
    where reports.is_current
    group by reports.agency_id, reports.report_year, reports.document_id
),

terms as (
    select reports.number, any_value(reports.report_year) as report_year, keywords.term, sum(keywords.count)::integer as times
    from {{ source("landing", "keywords") }} as keywords
    join reports on keywords.document_id = reports.counted_in
    group by reports.number, keywords.term
),

agencies as (
    select report_year, count(*) as agencies
    from reports
    group by report_year
),

frequencies as (
    select report_year, term, count(*) as agencies_with_term, ln((1 + any_value(agencies)) / count(*)) as weight
    from terms
    join agencies using (report_year)
    group by report_year, term
),

ranked as (
    select
        terms.number,
        terms.term,
        terms.times,
        frequencies.weight,
        frequencies.agencies_with_term,
        row_number() over (
            partition by terms.number
            order by round(terms.times * frequencies.weight, 9) desc, terms.times desc, terms.term
        ) as rank
    from terms
    join frequencies using (report_year, term)
    qualify rank <= {{ var("keywords") }}
)

select
    reports.agency_id,
    reports.report_year,
    ranked.term,
    ranked.rank::integer as rank,
    ranked.times as count,
    ranked.times / reports.words * ranked.weight as tf_idf,
    ranked.agencies_with_term,
    agencies.agencies,
    reports.document_id
from ranked
join reports using (number)
join agencies using (report_year)
order by agency_id, report_year, rank
