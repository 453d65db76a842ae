-- What Grafana's PostgreSQL data source (11) asks for its query builder, in words of our own: version, schemas, tables by the
-- search path, columns of a name in two parts.
-- protocol: simple

-- has: 1600
select current_setting('server_version_num')::int / 100 as version;

select extversion from pg_extension where extname = 'timescaledb';

-- has: core
select schema_name as "name" from information_schema.schemata where schema_name not in ('information_schema', 'pg_catalog') order by 1;

-- has: waste_handling
select quote_ident(table_name) as "table" from information_schema.tables where quote_ident(table_schema) = 'core' order by 1;

-- A table of the search path is named without its schema; the path is a text with commas.
-- has: indicators.values
select case
    when quote_ident(table_schema) in (
      select case trim(parts[place]) when '"$user"' then user else trim(parts[place]) end
      from string_to_array(current_setting('search_path'), ',') parts,
        generate_series(1, array_upper(string_to_array(current_setting('search_path'), ','), 1)) as place
    ) then quote_ident(table_name)
    else quote_ident(table_schema) || '.' || quote_ident(table_name)
  end as "table"
from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog')
order by 1;

-- has: region_code
select quote_ident(column_name) as "column", data_type as "type" from information_schema.columns
where case array_length(parse_ident('core.waste_handling'), 1)
  when 2 then quote_ident(table_schema) = (parse_ident('core.waste_handling'))[1]
    and quote_ident(table_name) = (parse_ident('core.waste_handling'))[2]
  else quote_ident(table_name) = 'core.waste_handling' end;
