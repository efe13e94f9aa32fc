{#
    TF-IDF against the other agencies of the year. The inverse document frequency is ln((1 + agencies) / agencies with the
    term): near 0 for what nearly all write, but never 0 or less, so that of one report alone the terms rank by how often
    they stand in it.
#}
with counted as (
    -- A page and its files may hold the same text: of each section the part that has a term most often counts.
    select reports.agency_id, reports.report_year, reports.document_id, keywords.section, keywords.term, max(keywords.count) as times
    from {{ source("landing", "keywords") }} as keywords
    join {{ source("landing", "report_parts") }} as parts on keywords.document_id = parts.part_document_id
    join {{ ref("int_reports") }} as reports on parts.report_document_id = reports.document_id
    where reports.is_current
    group by all
),

terms as (
    select agency_id, report_year, document_id, term, sum(times) as times
    from counted
    group by all
),

agencies as (
    select report_year, count(distinct agency_id) as agencies
    from terms
    group by report_year
),

frequencies as (
    select report_year, term, count(*) as agencies_with_term
    from terms
    group by all
),

totals as (
    select agency_id, report_year, sum(times) as all_times
    from terms
    group by all
),

scored as (
    select
        terms.*,
        frequencies.agencies_with_term,
        agencies.agencies,
        terms.times / totals.all_times * ln((1 + agencies.agencies) / frequencies.agencies_with_term) as tf_idf
    from terms
    join agencies using (report_year)
    join frequencies using (report_year, term)
    join totals using (agency_id, report_year)
)

select
    agency_id,
    report_year,
    term,
    row_number() over ranked::integer as rank,
    times::integer as count,
    tf_idf,
    agencies_with_term,
    agencies,
    document_id
from scored
window ranked as (partition by agency_id, report_year order by round(tf_idf, 12) desc, times desc, term)
qualify row_number() over ranked <= {{ var("keywords") }}
order by agency_id, report_year, rank
