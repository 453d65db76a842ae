-- Question: which corrections met the rows that are shown (work.explained)?
-- Grain: correction, row.
select distinct
  c.correction,
  c.file_name,
  c.sheet,
  c.row_number,
  c.field,
  c.outcome,
  c.found,
  c.value,
  c.reason,
  c.corrected_by
from ops.corrections c
join work.explained e on e.sha256 = c.sha256 and e.row_number = c.row_number
order by 1, 2, 4
limit 100
