-- The other report that has most of a report's sentences; of several that have as much, the one that appeared first.
select
    compared_with,
    report,
    arg_max(partner, (characters, -partner)) as partner,
    max(characters) as characters
from (
    select compared_with, report, partner, sum(characters) as characters
    from {{ ref("int_copied_sentences") }}
    group by compared_with, report, partner
)
group by compared_with, report
