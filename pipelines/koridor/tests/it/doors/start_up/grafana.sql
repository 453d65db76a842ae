-- After the statements of Grafana's PostgreSQL data source (postgresMetaQuery.ts, release 11): version, schemas, tables and
-- columns of the query builder.
-- protocol: simple

-- has: 1600
SELECT current_setting('server_version_num')::int/100 as version;

SELECT extversion FROM pg_extension WHERE extname = 'timescaledb';

-- has: core
SELECT schema_name AS "name" FROM information_schema.schemata
WHERE schema_name NOT IN ('information_schema', 'pg_catalog', 'pg_toast', '_timescaledb_cache') ORDER BY schema_name;

-- has: waste_handling
SELECT quote_ident(table_name) AS "table" FROM information_schema.tables WHERE quote_ident(table_schema) = 'core' ORDER BY 1;

-- has: indicators.values
SELECT CASE WHEN quote_ident(table_schema) IN (
    SELECT CASE WHEN trim(s[i]) = '"$user"' THEN user ELSE trim(s[i]) END
    FROM generate_series(array_lower(string_to_array(current_setting('search_path'),','),1),
      array_upper(string_to_array(current_setting('search_path'),','),1)) as i,
      string_to_array(current_setting('search_path'),',') s
  ) THEN quote_ident(table_name) ELSE quote_ident(table_schema) || '.' || quote_ident(table_name) END AS "table"
FROM information_schema.tables
WHERE quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', '_timescaledb_cache')
ORDER BY 1;

-- has: region_code
SELECT quote_ident(column_name) AS "column", data_type AS "type" FROM information_schema.columns
WHERE CASE WHEN array_length(parse_ident('core.waste_handling'),1) = 2
  THEN quote_ident(table_schema) = (parse_ident('core.waste_handling'))[1]
    AND quote_ident(table_name) = (parse_ident('core.waste_handling'))[2]
  ELSE quote_ident(table_name) = 'core.waste_handling' END;
