{#
    The wordings of a year: in how many reports each stands, which of these appeared first and last, and for one that only
    one report has the most similar other wording of the year. What may be alike is found by the bands of their MinHash,
    never by all pairs; and of all that share a band only two are tried, so that the work grows with the reports alone.
#}
with wordings as (
    select
        report_year,
        fingerprint,
        count(*)::integer as reports,
        min(report) as first_report,
        max(report) as last_report,
        any_value(characters) as characters,
        any_value(sketch) as sketch,
        any_value(band_1) as band_1,
        any_value(band_2) as band_2,
        any_value(band_3) as band_3
    from {{ ref("int_sentences") }}
    group by report_year, fingerprint
),

banded as (
    select
        report_year,
        fingerprint,
        reports,
        -- Of one number, so that the groups are quick: the year, which of the three, the band.
        ((report_year::bigint * 4 + unnest([1, 2, 3])) << 32) | (unnest([band_1, band_2, band_3])::bigint & 4294967295)
            as band
    from wordings
),

tried as (
    select band, unnest([min(fingerprint), max(fingerprint)]) as fingerprint
    from banded
    group by band
    having count(*) > 1
),

candidates as (
    select distinct banded.report_year, banded.fingerprint, tried.fingerprint as tried_fingerprint
    from banded
    join tried using (band)
    where banded.reports = 1 and banded.fingerprint <> tried.fingerprint
),

alike as (
    select
        ones.report_year,
        ones.fingerprint,
        arg_min(others.fingerprint, (bit_count(xor(ones.sketch, others.sketch)), others.first_report)) as like_fingerprint
    from candidates
    join wordings as ones using (report_year, fingerprint)
    join wordings as others
        on candidates.report_year = others.report_year and candidates.tried_fingerprint = others.fingerprint
    where ones.first_report <> others.first_report
        and {{ is_alike("ones", "others") }}
    group by ones.report_year, ones.fingerprint
)

select
    wordings.report_year,
    wordings.fingerprint,
    wordings.reports,
    alike.like_fingerprint,
    -- What so many print is the language of the field, whoever wrote it first.
    greatest(wordings.reports, others.reports) > {{ var("common_reports") }} as is_common,
    coalesce(others.first_report, wordings.first_report) as first_report,
    coalesce(others.last_report, wordings.last_report) as last_report
from wordings
left join alike using (report_year, fingerprint)
left join wordings as others
    on alike.report_year = others.report_year and alike.like_fingerprint = others.fingerprint
