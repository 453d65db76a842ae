-- Question: which rows of a file ($sha256) are refused at its newest reading?
-- Grain: refused record.
select
  sheet,
  cell,
  cast(row_number as varchar) as row_number,
  field,
  rule,
  value,
  message_en,
  also,
  row_json
from ops.quarantine
where sha256 = $sha256 and status <> 'resolved'
