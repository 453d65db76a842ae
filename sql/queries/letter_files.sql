-- Question: which files came from an office ($office) from one moment to another ($from, $until), and
--   what became of their rows?
-- Grain: submission.
select
  f.file_name,
  f.received_at,
  f.status,
  coalesce(f.dataset, '') as dataset,
  f.rows_read,
  f.rows_accepted,
  f.rows_rejected,
  f.rows_ignored,
  coalesce(f.error_ind, '') as note_ind,
  coalesce(f.error, '') as note_en
from ops.files f
-- A file that was refused as a whole has no office of its own: the folder it came in tells.
where (
    f.source_id = $office
    or (f.source_id is null and strpos(f.file_path, concat('/', $office, '/')) > 0)
  )
  and f.received_at >= cast($from as timestamp)
  and f.received_at < cast($until as timestamp)
order by f.sequence
