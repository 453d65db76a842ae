-- Question: which columns does a table ($schema, $table) have, and what does each hold?
-- Grain: column.
select
  column_name as name,
  data_type as type,
  column_comment as comment
from information_schema.columns
where table_schema = $schema and table_name = $table
order by ordinal_position
