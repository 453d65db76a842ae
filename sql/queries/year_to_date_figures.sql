-- Question: which year-to-date figure did each row of a dataset ($dataset) hold?
-- Grain: file, row, field; rows that hold one figure of a field.
select
  sha256,
  row_number,
  field,
  regexp_replace(cast(max(value) as varchar), '[.]?0+$', '') as value
from ops.cumulative
where dataset = $dataset
group by sha256, row_number, field
having count(*) = 1
