-- Each sentence with where it stands too: in the agency's report of the year before, and among others of the year in the
-- report that printed it first and in that which printed it last.
with sentences as (
    select sentences.*, reports.report_before, wordings.* exclude (report_year, fingerprint, is_common)
    from {{ ref("int_sentences") }} as sentences
    join {{ ref("int_numbered_reports") }} as reports using (report)
    join {{ ref("int_wordings") }} as wordings
        on sentences.report_year = wordings.report_year and sentences.fingerprint = wordings.fingerprint
    where not wordings.is_common
),

same_before as (
    select
        sentences.report,
        sentences.place,
        sentences.start,
        sentences.length,
        sentences.characters,
        before.report as partner,
        before.place as partner_place,
        before.start as partner_start,
        before.length as partner_length
    from sentences
    join {{ ref("int_sentences") }} as before
        on sentences.report_before = before.report and sentences.fingerprint = before.fingerprint
),

changed as (
    select
        report,
        place,
        report_before,
        start,
        length,
        characters,
        sketch,
        unnest([1, 2, 3]) as number,
        unnest([band_1, band_2, band_3]) as band
    from sentences
    anti join same_before using (report, place)
    where report_before is not null
),

before as (
    select
        report,
        place,
        start,
        length,
        characters,
        sketch,
        unnest([1, 2, 3]) as number,
        unnest([band_1, band_2, band_3]) as band
    from {{ ref("int_sentences") }}
),

alike_before as (
    select
        changed.report,
        changed.place,
        any_value(changed.start) as start,
        any_value(changed.length) as length,
        any_value(changed.characters) as characters,
        before.report as partner,
        unnest(
            arg_min(
                {'partner_place': before.place, 'partner_start': before.start, 'partner_length': before.length},
                (bit_count(xor(changed.sketch, before.sketch)), before.place)
            )
        )
    from changed
    join before
        on changed.report_before = before.report and changed.number = before.number and changed.band = before.band
    where {{ is_alike("changed", "before") }}
    group by changed.report, changed.place, before.report
),

among_others as (
    select
        report,
        place,
        start,
        length,
        characters,
        like_fingerprint is not null as is_edited,
        coalesce(like_fingerprint, fingerprint) as partner_fingerprint,
        unnest(list_distinct([first_report, last_report])) as partner
    from sentences
    where reports > 1 or like_fingerprint is not null
)

select 'own_year_before' as compared_with, *, false as is_edited
from same_before

union all

select 'own_year_before', *, true
from alike_before

union all

select
    'others_same_year',
    among_others.report,
    among_others.place,
    among_others.start,
    among_others.length,
    among_others.characters,
    partners.report,
    partners.place,
    partners.start,
    partners.length,
    among_others.is_edited
from among_others
join {{ ref("int_sentences") }} as partners
    on among_others.partner = partners.report and among_others.partner_fingerprint = partners.fingerprint
where among_others.report <> among_others.partner
