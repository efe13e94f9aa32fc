-- An agency is described as in its latest report; one without a report as on the roster, else by what is known of an
-- unread document of its, or of a report that its site did not give.
{% set description = [
    "agency_id", "agency_name", "agency_full_name", "division_code", "province", "prefecture", "county", "township",
    "level", "function", "valid_from", "valid_to", "successor_agency_id", "parent_agency_id", "standing",
] -%}
with known as (
    select
        {% for column in description %}agencies.{{ column }}, {% endfor %}
        0 as distance,
        row_number() over (order by reports.report_year desc nulls last, reports.is_current desc, document_id) as position
    from {{ source("landing", "agencies") }} as agencies
    join {{ ref("int_reports") }} as reports using (agency_id, document_id)

    union all

    select {{ description | join(", ") }}, 1, line
    from {{ source("landing", "roster") }}

    union all

    select {{ description | join(", ") }}, 2, row_number() over (order by report_year desc, document_id)
    from {{ source("landing", "unread") }}
    where agency_id is not null

    union all

    select {{ description | join(", ") }}, 3, row_number() over (order by report_year desc, url)
    from {{ source("landing", "unfetched") }}
    where agency_id is not null
)

select {{ description | join(", ") }}
from known
qualify row_number() over (partition by agency_id order by distance, position) = 1
order by agency_id
