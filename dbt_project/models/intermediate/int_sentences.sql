-- The sentences that are compared, of the current reports. What a report's file says again counts once.
with printed as (
    select
        reports.report,
        reports.report_year,
        parts.position as part,
        -- Sentences follow each other if their places do: not over the end of a section.
        (100000 * parts.position + 10000 * fingerprints.section + fingerprints.position)::integer as place,
        fingerprints.* exclude (document_id, section, position)
    from {{ source("landing", "fingerprints") }} as fingerprints
    join {{ source("landing", "report_parts") }} as parts on fingerprints.document_id = parts.part_document_id
    join {{ ref("int_numbered_reports") }} as reports on parts.report_document_id = reports.document_id
)

select *
from printed
where part = 0

union all

-- Few reports have parts: only their sentences are held against each other.
select files.*
from printed as files
anti join printed as page on files.report = page.report and files.fingerprint = page.fingerprint and page.part = 0
where files.part > 0
qualify row_number() over (partition by files.report, files.fingerprint order by files.place) = 1
