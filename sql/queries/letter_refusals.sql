-- Question: which cells must an office ($office) mend in the files that came from one moment to another
--   ($from, $until)?
-- Grain: cell and message of a refusal that is open; the first 500. What stands in a cell of a restricted
--   dataset goes into no letter.
select
  q.file_name,
  coalesce(f.dataset, '') as dataset,
  q.sheet,
  coalesce(q.cell, '') as place,
  q.row_number,
  coalesce(min(case when coalesce(d.zone, 'open') = 'open' then q.value end), '') as found,
  q.message_ind,
  q.message_en,
  min(q.rule) as rule,
  min(q.sha256) as sha256,
  count(*) as records
from ops.quarantine q
join ops.files f on f.sha256 = q.sha256
left join ref.dataset d on d.dataset = f.dataset
-- A file that was refused as a whole has no office of its own: the folder it came in tells.
where (
    f.source_id = $office
    or (f.source_id is null and strpos(f.file_path, concat('/', $office, '/')) > 0)
  )
  and f.received_at >= cast($from as timestamp)
  and f.received_at < cast($until as timestamp)
  and q.status = 'open'
group by q.file_name, f.dataset, q.sheet, q.row_number, q.cell, q.message_ind, q.message_en
order by q.file_name, q.sheet, q.row_number, place, q.message_ind
limit 500
