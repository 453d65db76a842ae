-- Question: which refused rows that are open does a person mean ($source, $dataset, $file, $rule,
--   $row_number)?
--   An empty text and 0 ask nothing. A file that is refused as a whole is meant by its name alone.
-- Grain: refused record; of a refused file, one of the rule `file`.
select q.sha256, q.sheet, q.cell, q.row_number, q.rule
from ops.quarantine q
join ops.files o on o.sha256 = q.sha256
where q.status = 'open'
  and ($source = '' or coalesce(nullif(q.source_id, ''), o.source_id) = $source)
  and ($dataset = '' or q.dataset = $dataset)
  and ($file = '' or strpos(q.file_name, $file) > 0 or starts_with(q.sha256, $file))
  and ($rule = '' or q.rule = $rule)
  and ($row_number = 0 or q.row_number = $row_number)
union all
select f.sha256, '' as sheet, cast(null as varchar) as cell, 0 as row_number, 'file' as rule
from ops.files f
left anti join ops.waivers w on w.sha256 = f.sha256 and w.rule = 'file'
where f.status = 'refused'
  and $file <> ''
  and ($source = '' or f.source_id = $source)
  and $dataset = ''
  and $rule = ''
  and $row_number = 0
  and (strpos(f.file_name, $file) > 0 or starts_with(f.sha256, $file))
order by 1, 2, 4, 3
