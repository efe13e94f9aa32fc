with judged as (
    select carry_over.document_id, true as carry_over_mismatch
    from {{ ref("carry_over") }} as carry_over
    join {{ ref("int_reports") }} as this on carry_over.document_id = this.document_id
    join {{ ref("int_reports") }} as before on carry_over.document_id_before = before.document_id
    where carry_over.difference is not null and this.scope = before.scope
    group by carry_over.document_id
)

{{ not_judged("judged", ["carry_over_mismatch"]) }}
