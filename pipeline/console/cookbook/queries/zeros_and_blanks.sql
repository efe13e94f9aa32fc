SELECT status, count(*) AS cells, count(*) FILTER (value = 0) AS zeros
FROM landing.cells
GROUP BY status
ORDER BY status
