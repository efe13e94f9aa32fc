SELECT
    schema_name AS "schema", duckdb_tables.table_name AS "table",
    any_value(duckdb_tables.comment) AS said,
    list(column_name ORDER BY column_index) AS columns
FROM duckdb_tables()
JOIN duckdb_columns() USING (database_name, schema_name, table_name)
WHERE schema_name IN ('marts', 'landing')
GROUP BY ALL
ORDER BY schema_name DESC, duckdb_tables.table_name
