-- `+table.row.column` for each term of a formula; a row that ends in `*` stands for all that begin so, and a term
-- without a column takes that of the applicants whom a statement is about.
with terms as (
    select
        reading,
        if(term[1] = '-', -1, 1) as sign,
        string_split(substr(term, 2), '.') as place
    from (select reading, unnest(string_split(formula, ' ')) as term from {{ ref("readings") }})
),

form_rows as (
    select distinct table_code, row_code
    from {{ ref("stg_form_places") }}
)

select reading, sign, table_code, row_code, place[3] as column_code
from terms
join form_rows
    on form_rows.table_code = place[1]
    and if(ends_with(place[2], '*'), starts_with(row_code, rtrim(place[2], '*')), row_code = place[2])
