with changes as (
    select 'figure' as kind, * from {{ ref("int_revised_figures") }}
    union all by name
    select 'passage' as kind, * from {{ ref("int_revised_passages") }}
)

select
    md5(concat_ws(
        '|', document_id_before, document_id, kind, table_code, table_set, row_code, column_code, section,
        if(kind = 'passage', before, null), '>', if(kind = 'passage', after, null)
    )) as revision_id,
    this.agency_id,
    this.report_year,
    document_id_before,
    document_id,
    earlier.publish_date as publish_date_before,
    this.publish_date,
    version_before.fetched_at as fetched_at_before,
    version.fetched_at,
    case
        when version.is_correction <> version_before.is_correction then 'correction'
        when version.printed_date <> version_before.printed_date then 'date'
        when version.fetched_at > version_before.fetched_at then 'fetched'
        else 'unknown'
    end as ordered_by,
    kind,
    change,
    table_code,
    table_set,
    row_code,
    column_code,
    section,
    before,
    after,
    value_before,
    value_after,
    unit_before,
    unit_after
from changes
join {{ ref("int_reports") }} as this using (document_id)
join {{ ref("int_versions") }} as version using (document_id)
join {{ ref("int_reports") }} as earlier on changes.document_id_before = earlier.document_id
join {{ ref("int_versions") }} as version_before on changes.document_id_before = version_before.document_id
-- The same passage added twice is one.
qualify row_number() over (partition by revision_id order by section) = 1
order by this.agency_id, this.report_year, version.version, kind, table_code, section, revision_id
