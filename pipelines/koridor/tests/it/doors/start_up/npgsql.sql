-- After the statements that Npgsql (Power BI, .NET) sends when it connects and when a pooled connection is given back
-- (src/Npgsql/PostgresDatabaseInfo.cs, release 8): types with their elements, fields of composite types, labels of enums.
-- protocol: simple

-- has: PostgreSQL
select version();

-- has: int8
select ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid
from (
  select typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind, elemtyp.oid as elemtypoid,
    elemtyp.typname as elemtypname, elemcls.relkind as elemrelkind,
    case when elemproc.proname = 'array_recv' then 'a' else elemtyp.typtype end as elemtyptype
  from (
    select typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem as elemoid,
      case when proc.proname = 'array_recv' then 'a' else typ.typtype end as typtype,
      case
        when proc.proname = 'array_recv' then typ.typelem
        when typ.typtype = 'r' then rngsubtype
        when typ.typtype = 'm' then (select rngtypid from pg_range where rngmultitypid = typ.oid)
        when typ.typtype = 'd' then typ.typbasetype
      end as elemtypoid
    from pg_type as typ
    left join pg_class as cls on (cls.oid = typ.typrelid)
    left join pg_proc as proc on proc.oid = typ.typreceive
    left join pg_range on (pg_range.rngtypid = typ.oid)
  ) as typ
  left join pg_type as elemtyp on elemtyp.oid = elemtypoid
  left join pg_class as elemcls on (elemcls.oid = elemtyp.typrelid)
  left join pg_proc as elemproc on elemproc.oid = elemtyp.typreceive
) as t
join pg_namespace as ns on (ns.oid = typnamespace)
where typtype in ('b', 'r', 'm', 'e', 'd')
  or (typtype = 'c' and relkind = 'c')
  or (typtype = 'p' and typname in ('record', 'void', 'unknown'))
  or (typtype = 'a' and (
    elemtyptype in ('b', 'r', 'm', 'e', 'd')
    or (elemtyptype = 'p' and elemtypname in ('record', 'void'))
    or (elemtyptype = 'c' and elemrelkind = 'c')
  ))
order by case
  when typtype in ('b', 'e', 'p') then 0
  when typtype = 'r' then 1
  when typtype = 'm' then 2
  when typtype = 'c' then 3
  when typtype = 'd' and elemtyptype <> 'a' then 4
  when typtype = 'a' then 5
  when typtype = 'd' and elemtyptype = 'a' then 6
end;

select typ.oid, att.attname, att.atttypid
from pg_type as typ
join pg_namespace as ns on (ns.oid = typ.typnamespace)
join pg_class as cls on (cls.oid = typ.typrelid)
join pg_attribute as att on (att.attrelid = typ.typrelid)
where (typ.typtype = 'c' and cls.relkind = 'c') and attnum > 0 and not attisdropped
order by typ.oid, att.attnum;

select pg_type.oid, enumlabel
from pg_enum
join pg_type on pg_type.oid = enumtypid
order by oid, enumsortorder;

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
