{{ config(materialized="view") }}
from {{ ref("int_judged_years") }}
union all
from {{ ref("int_judged_reports") }}
union all
from {{ ref("int_judged_statistics") }}
