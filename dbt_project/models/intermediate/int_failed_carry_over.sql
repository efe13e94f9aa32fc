-- A report that now covers the agencies below it as well rightly carries in more than it carried out before.
select carry_over.*
from {{ ref("carry_over") }} as carry_over
join {{ ref("int_reports") }} as this on carry_over.document_id = this.document_id
join {{ ref("int_reports") }} as before on carry_over.document_id_before = before.document_id
where carry_over.difference <> 0 and this.scope = before.scope
