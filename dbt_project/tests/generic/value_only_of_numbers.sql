{# A cell has a value exactly if its status is `number`, and a number has a certain place in the form. #}
{% test value_only_of_numbers(model) %}
select *
from {{ model }}
where (value is not null) <> (status = 'number')
    or (status = 'number' and (row_code is null or column_code is null))
{% endtest %}
