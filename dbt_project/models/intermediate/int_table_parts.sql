-- A report's page and its files may print the same table: it is taken from one of them, so that its figures count once.
-- The pictures of a page are one printing, each showing some of the tables.
with printings as (
    select
        parts.report_document_id as document_id,
        cells.table_code,
        if(parts.role = 'picture', 'pictures', parts.part_document_id) as printing,
        list(distinct parts.part_document_id) as printed_in,
        min(parts.position) as position,
        bool_or(cells.status = 'number') as has_numbers,
        bool_or(cells.confidence is not null) as is_recognised,
        count(*) filter (
            where cells.table_set = 1 and cells.status in ('number', 'blank', 'not_applicable')
        ) as certain,
        count(*) filter (where cells.status in ('unreadable', 'unplaced')) as doubtful
    from {{ ref("stg_cells") }} as cells
    join {{ source("landing", "report_parts") }} as parts on cells.printed_in = parts.part_document_id
    group by all
)

select
    document_id,
    table_code,
    unnest(printed_in) as printed_in,
    row_number() over (
        partition by document_id, table_code
        order by has_numbers desc, is_recognised, certain desc, doubtful, position
    ) = 1 as is_used
from printings
