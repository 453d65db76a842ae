-- Question: which cells must an office ($office) mend in the files of a month ($month, its first day)?
-- Grain: cell and message of a refusal that is open; the first 500.
select
  q.file_name,
  concat(
    case when q.sheet = '' then '' else concat(q.sheet, '!') end,
    coalesce(q.cell, concat('baris ', q.row_number))
  ) as place,
  coalesce(min(q.value), '') as found,
  concat(
    q.message_ind,
    case when count(*) > 1 then concat(' (', count(*), ' nilai)') else '' end
  ) as reason_ind,
  concat(
    q.message_en,
    case when count(*) > 1 then concat(' (', count(*), ' values)') else '' end
  ) as reason_en
from ops.quarantine q
join ops.files f on f.sha256 = q.sha256
-- A file that was refused as a whole has no office of its own: the folder it came in tells.
where (
    f.source_id = $office
    or (f.source_id is null and strpos(f.file_path, concat('/', $office, '/')) > 0)
  )
  and f.received_at >= cast($month as timestamp)
  and f.received_at < cast($month as timestamp) + interval '1 month'
  and q.status = 'open'
group by q.file_name, q.sheet, q.row_number, q.cell, q.message_ind, q.message_en
order by q.file_name, q.sheet, q.row_number, q.cell, q.message_ind, q.message_en
limit 500
