-- Question: which tables does the lake have, and what does each hold?
-- Grain: table.
select
  concat(table_schema, '.', table_name) as name,
  table_comment as comment
from information_schema.tables
where table_schema <> 'information_schema'
order by table_schema, table_name
