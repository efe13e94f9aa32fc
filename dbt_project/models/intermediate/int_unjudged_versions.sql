with versions as (
    select
        used.document_id,
        bool_or((used.correction is null or other.correction is not null) and used.scope = other.scope) as has_version,
        bool_or(used.correction is not null and other.correction is null) as has_original
    from {{ ref("int_reports") }} as used
    join {{ ref("int_reports") }} as other using (agency_id, report_year)
    where used.is_current and other.superseded
    group by used.document_id
),

printed_again as (
    select distinct parts.document_id
    from {{ ref("int_table_parts") }} as parts
    join {{ ref("int_reports") }} as reports using (document_id)
    where not parts.is_used and reports.is_current
),

judged as (
    select
        document_id,
        coalesce(versions.has_version, false) or printed_again.document_id is not null as versions_disagree,
        versions.has_original as corrected_figures
    from versions
    full join printed_again using (document_id)
)

{{ not_judged("judged", ["versions_disagree", "corrected_figures"]) }}
