-- Question: what was found in the cells of a file, in all its parts ($sha256: hash of its bytes)?
-- Grain: refused record.
select
  sheet,
  coalesce(cell, '') as cell,
  coalesce(field, '') as field,
  rule,
  coalesce(value, '') as value,
  message_id,
  message_en,
  row_number,
  coalesce(also, '') as also
from ops.quarantine
where split_part(sha256, '.', 1) = $sha256 and status in ('open', 'superseded')
order by sheet, row_number, cell
