-- The rows of the country hold every agency of known function and level once; those of the provinces are among them.
with agencies as (
    select report_year, sum(received_new) as received_new, sum(concluded) as concluded, count(*) as agencies
    from {{ ref("agency_year") }}
    join {{ ref("dim_agency") }} using (agency_id)
    where function is not null and level is not null
    group by all
),

country as (
    select
        report_year,
        sum(received_new) as received_new,
        sum(concluded) as concluded,
        sum(agencies)::bigint as agencies
    from {{ ref("function_year") }}
    where province is null
    group by all
)

select report_year
from agencies
full join country using (report_year)
where (agencies.received_new, agencies.concluded, agencies.agencies)
    is distinct from (country.received_new, country.concluded, country.agencies)
