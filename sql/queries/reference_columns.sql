-- Question: which tables does a reader see, with which columns, and what does each hold?
-- Grain: column.
select
  columns.table_schema,
  columns.table_name,
  tables.table_comment,
  columns.column_name,
  columns.data_type,
  columns.column_comment
from information_schema.columns
join information_schema.tables
  on tables.table_schema = columns.table_schema and tables.table_name = columns.table_name
where columns.table_schema <> 'information_schema'
order by columns.table_schema, columns.table_name, columns.ordinal_position
