-- Question: which columns have the tables that a reader sees, and what does each hold?
-- Grain: column.
select
  table_schema,
  table_name,
  column_name,
  data_type,
  column_comment
from information_schema.columns
where table_schema <> 'information_schema'
order by table_schema, table_name, ordinal_position
