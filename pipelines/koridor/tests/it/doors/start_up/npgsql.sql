-- What Npgsql (Power BI, .NET) asks when it connects and when a pooled connection is given back, in words of our own: types with
-- what they are made of, fields of composite types, labels of enums. Below it what Power BI's navigator lists.
-- protocol: simple

-- has: PostgreSQL
select version();

-- An array is known by the function that receives it; what it is made of may be any other kind, in that order.
-- has: int8
select space.nspname, own.oid, own.typname, own.kind, own.typnotnull, own.made_of
from (
  select type.oid, type.typname, type.typnamespace, type.typnotnull, class.relkind,
    case when receives.proname = 'array_recv' then 'a' else type.typtype end as kind,
    case
      when receives.proname = 'array_recv' then type.typelem
      when type.typtype = 'd' then type.typbasetype
      when type.typtype = 'r' then span.rngsubtype
      when type.typtype = 'm' then (select other.rngtypid from pg_range other where other.rngmultitypid = type.oid)
    end as made_of
  from pg_type type
  left join pg_proc receives on receives.oid = type.typreceive
  left join pg_class class on class.oid = type.typrelid
  left join pg_range span on span.rngtypid = type.oid
) own
join pg_namespace space on space.oid = own.typnamespace
left join pg_type element on element.oid = own.made_of
left join pg_class element_class on element_class.oid = element.typrelid
where own.kind in ('b', 'd', 'e', 'm', 'r') or (own.kind = 'c' and own.relkind = 'c')
  or (own.kind = 'p' and own.typname in ('record', 'unknown', 'void'))
  or (own.kind = 'a' and (element.typtype in ('b', 'd', 'e', 'm', 'r') or element_class.relkind = 'c' or element.typname = 'record'))
order by case own.kind when 'r' then 1 when 'm' then 2 when 'c' then 3 when 'd' then 4 when 'a' then 5 else 0 end, own.oid;

select type.oid, part.attname, part.atttypid
from pg_type type
join pg_class class on class.oid = type.typrelid and class.relkind = 'c'
join pg_attribute part on part.attrelid = type.typrelid
where type.typtype = 'c' and part.attnum > 0 and not part.attisdropped
order by 1, part.attnum;

select enumtypid, enumlabel from pg_enum join pg_type on pg_type.oid = enumtypid order by enumtypid, enumsortorder;

DISCARD ALL;

-- Power BI's navigator asks for tables, columns and keys.
-- has: waste_handling
select table_schema, table_name, table_type from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog') order by table_schema, table_name;

-- has: region_code
select column_name, ordinal_position, is_nullable, data_type from information_schema.columns
where table_schema = 'core' and table_name = 'waste_handling' order by table_schema, table_name, ordinal_position;

select i.constraint_schema || '_' || i.constraint_name as index_name, ii.column_name, ii.ordinal_position,
  case when i.constraint_type = 'PRIMARY KEY' then 'Y' else 'N' end as primary_key
from information_schema.table_constraints i
inner join information_schema.key_column_usage ii on i.constraint_schema = ii.constraint_schema
  and i.constraint_name = ii.constraint_name and i.table_schema = ii.table_schema and i.table_name = ii.table_name
where i.table_schema = 'core' and i.table_name = 'waste_handling' and i.constraint_type in ('PRIMARY KEY', 'UNIQUE')
order by i.constraint_schema || '_' || i.constraint_name, ii.table_schema, ii.table_name, ii.ordinal_position;

select pkcol.column_name as pk_column_name, fkcol.table_schema as fk_table_schema, fkcol.table_name as fk_table_name,
  fkcol.column_name as fk_column_name, fkcol.ordinal_position as ordinal,
  fkcon.constraint_schema || '_' || fkcol.table_name || '_' || fkcon.constraint_name as fk_name
from (select distinct constraint_catalog, constraint_schema, unique_constraint_schema, constraint_name, unique_constraint_name
  from information_schema.referential_constraints) fkcon
inner join information_schema.key_column_usage fkcol on fkcon.constraint_schema = fkcol.constraint_schema
  and fkcon.constraint_name = fkcol.constraint_name
inner join information_schema.key_column_usage pkcol on fkcon.unique_constraint_schema = pkcol.constraint_schema
  and fkcon.unique_constraint_name = pkcol.constraint_name
where pkcol.table_schema = 'core' and pkcol.table_name = 'waste_handling' and pkcol.ordinal_position = fkcol.ordinal_position
order by fk_name, fkcol.ordinal_position;
