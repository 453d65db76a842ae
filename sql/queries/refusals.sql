-- Question: which refused rows does a person mean ($source, $dataset, $file, $rule, $row_number), those of
--   the newest files first?  An empty text and 0 ask nothing.
-- Grain: refused record.
select q.*
from ops.quarantine q
join ops.files f on f.sha256 = q.sha256
where ($source = '' or coalesce(nullif(q.source_id, ''), f.source_id) = $source)
  and ($dataset = '' or q.dataset = $dataset)
  and ($file = '' or strpos(q.file_name, $file) > 0 or starts_with(q.sha256, $file))
  and ($rule = '' or q.rule = $rule)
  and ($row_number = 0 or q.row_number = $row_number)
order by f.sequence desc, q.file_name, q.sheet, q.row_number, q.cell
