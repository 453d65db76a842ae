-- Question: which refused rows that are open does a person mean ($dataset, $file, $rule, $row_number)?
--   An empty text and 0 ask nothing.
-- Grain: refused record.
select sha256, sheet, cell, row_number, rule
from ops.quarantine
where status = 'open'
  and ($dataset = '' or dataset = $dataset)
  and ($file = '' or strpos(file_name, $file) > 0 or starts_with(sha256, $file))
  and ($rule = '' or rule = $rule)
  and ($row_number = 0 or row_number = $row_number)
order by 1, 2, 4, 3
