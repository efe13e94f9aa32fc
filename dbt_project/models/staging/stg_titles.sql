-- What a report is called, by itself and by whoever links to it.
select parts.report_document_id as document_id, evidence.excerpt as text
from {{ source("landing", "evidence") }} as evidence
join {{ source("landing", "report_parts") }} as parts on evidence.document_id = parts.part_document_id
join {{ ref("witnesses") }} as witnesses using (field, rule)
semi join (
    select document_id, value
    from {{ source("landing", "evidence") }}
    where field = 'title' and chosen
) as taken on evidence.document_id = taken.document_id and evidence.value = taken.value
where evidence.field = 'title' and witnesses.is_witness

union

select parts.report_document_id, links.text
from {{ source("landing", "links") }} as links
join {{ source("landing", "report_parts") }} as parts
    on links.document_id = parts.report_document_id and links.target_document_id = parts.part_document_id
where links.text <> ''

union

select parts.report_document_id, regexp_extract(observations.raw_path, '[^/]+$')
from {{ source("landing", "observations") }} as observations
join {{ source("landing", "report_parts") }} as parts on observations.document_id = parts.part_document_id
