-- What Metabase (0.55) asks of a database, in words of our own: each construct that its statements rest on is here once. Session,
-- schemas, tables with their comments, columns with keys and types, foreign keys, enums, what the user may read. Its JDBC
-- metadata are in jdbc.sql.
-- protocol: extended

SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;

SET extra_float_digits = 2;

SET application_name = 'Metabase v0.55.1 [x]';

SHOW TRANSACTION ISOLATION LEVEL;

-- Schemas but those of temporary tables; the search path is asked within.
-- has: core
select nspname as "TABLE_SCHEM", current_database() as "TABLE_CATALOG" from pg_catalog.pg_namespace
where nspname !~ '^pg_toast' and (nspname !~ '^pg_temp_' or nspname = (pg_catalog.current_schemas(true))[1])
order by 1;

-- Tables of some schemas: kind in words, comment, about how many rows.
-- has: current rows
select own.relname as name, space.nspname as schema, case own.relkind when 'r' then 'TABLE' when 'v' then 'VIEW' end as kind,
  told.description as description, nullif(counted.n_live_tup, 0) as estimated_row_count
from pg_catalog.pg_class own
join pg_catalog.pg_namespace space on own.relnamespace = space.oid
left join pg_catalog.pg_description told
  on told.objoid = own.oid and told.objsubid = 0 and told.classoid = 'pg_class'::regclass
left join pg_stat_user_tables counted on (counted.schemaname, counted.relname) = (space.nspname, own.relname)
where own.relkind in ('r', 'p', 'v', 'f', 'm') and space.nspname in ('core', 'indicators')
  and space.nspname !~ '^information_schema|pg_'
order by kind, schema, name;

-- Columns: a type with its schema where it is no built-in one, the comment by the table's name as a number, whether it is of the
-- key, whether a value is needed; beside them those of materialized views, of which there are none.
-- has: region_code
select own.table_schema as "table-schema", own.table_name as "table-name", own.column_name as name,
  case when own.udt_schema = 'pg_catalog' then format('%s', own.udt_name) else format('"%s"."%s"', own.udt_schema, own.udt_name) end
    as "database-type",
  own.ordinal_position - 1 as "database-position", named.column_name is not null as "pk?",
  col_description(
    cast(cast(format('%I.%I', cast(own.table_schema as text), cast(own.table_name as text)) as regclass) as oid), own.ordinal_position
  ) as "field-comment",
  own.is_nullable = 'NO' and (own.column_default is null or lower(own.column_default) = 'null') as "database-required",
  own.is_identity <> 'NO' or coalesce(own.column_default like '%nextval(%', false) as "database-is-auto-increment"
from information_schema.columns own
left join (
  select used.table_schema, used.table_name, used.column_name from information_schema.key_column_usage used
  join information_schema.table_constraints held using (constraint_name, table_schema, table_name)
  where held.constraint_type = 'PRIMARY KEY'
) named on (named.table_schema, named.table_name, named.column_name) = (own.table_schema, own.table_name, own.column_name)
where own.table_schema in ('core')
union all
select space.nspname, class.relname, part.attname, format_type(part.atttypid, part.atttypmod), part.attnum - 1, false, null,
  false, false
from pg_catalog.pg_attribute part
join pg_catalog.pg_class class on class.oid = part.attrelid and class.relkind = 'm'
join pg_catalog.pg_namespace space on space.oid = class.relnamespace
where part.attnum > 0
order by 1, 2, 5;

-- Foreign keys, columns by their numbers in the constraint.
select here.attname as "fk-column-name", there.attname as "pk-column-name", own.conrelid::regclass as "fk-table-name"
from pg_constraint own
join pg_attribute here on here.attrelid = own.conrelid and here.attnum = any(own.conkey)
join pg_attribute there on there.attrelid = own.confrelid and there.attnum = any(own.confkey)
where own.contype = 'f'::char
order by 3, 1;

select space.nspname, own.typname from pg_type own join pg_namespace space on space.oid = own.typnamespace
where own.oid in (select distinct enumtypid from pg_enum);

-- What the user may read, by names in quotes.
-- has: waste_handling
with held as (
  select listed.schema, listed.name,
    pg_catalog.has_any_column_privilege(current_user, concat('"', replace(listed.schema, '"', '""'), '"."', listed.name, '"'), 'select')
      as is_read,
    pg_catalog.has_any_column_privilege(current_user, concat('"', listed.schema, '"."', listed.name, '"'), 'update') as is_written
  from (
    select schemaname as schema, tablename as name from pg_catalog.pg_tables
    union select schemaname, viewname from pg_views
    union select schemaname, matviewname from pg_matviews
  ) listed
  where listed.schema !~ '^pg_|information_schema' and pg_catalog.has_schema_privilege(current_user, listed.schema, 'usage')
)
select held.* from held where is_read and not is_written;
