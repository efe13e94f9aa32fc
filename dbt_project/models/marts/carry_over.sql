with stocks as (
    select agency_id, report_year, applicant_type, carried_in, carried_out
    from {{ ref("fct_applications") }}
    where applicant_type <> 'unattributed'

    union all

    select
        agency_id,
        report_year,
        'total',
        if(unknown.carried_in, null, sum(applications.carried_in)),
        if(unknown.carried_out, null, sum(applications.carried_out))
    from {{ ref("fct_applications") }} as applications
    left join (
        select
            agency_id,
            report_year,
            bool_or(row_code = 'carried_in') as carried_in,
            bool_or(row_code = 'carried_out') as carried_out
        from {{ ref("int_unknown_totals") }}
        where column_code = 'total'
        group by all
    ) as unknown using (agency_id, report_year)
    group by agency_id, report_year, unknown.carried_in, unknown.carried_out
),

reports as (
    select agency_id, report_year, document_id
    from {{ ref("int_reports") }}
    where is_current
),

-- Both reports have to be here; a figure that only one of them prints is kept, its difference unknown.
pairs as (
    select
        this.agency_id,
        this.report_year,
        before.document_id as document_id_before,
        this.document_id
    from reports as this
    join reports as before
        on this.agency_id = before.agency_id and this.report_year = before.report_year + 1
),

compared as (
    select agency_id, report_year + 1 as report_year, applicant_type, carried_out as carried_out_before, null as carried_in
    from stocks

    union all

    select agency_id, report_year, applicant_type, null, carried_in
    from stocks
)

select
    agency_id,
    report_year,
    applicant_type,
    max(carried_out_before) as carried_out_before,
    max(carried_in) as carried_in,
    max(carried_in) - max(carried_out_before) as difference,
    document_id_before,
    document_id
from pairs
join compared using (agency_id, report_year)
group by agency_id, report_year, applicant_type, document_id_before, document_id
having max(carried_out_before) is not null or max(carried_in) is not null
order by agency_id, report_year, applicant_type
