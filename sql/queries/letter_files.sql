-- Question: which files came from an office ($office) in a month ($month, its first day), and what
--   became of their rows?
-- Grain: submission.
select
  f.file_name,
  substr(cast(f.received_at as varchar), 1, 10) as received_on,
  coalesce(f.dataset, '-') as dataset,
  cast(f.rows_read as varchar) as rows_read,
  cast(f.rows_accepted as varchar) as rows_accepted,
  cast(f.rows_rejected as varchar) as rows_rejected,
  cast(f.rows_ignored as varchar) as rows_ignored,
  coalesce(f.error_ind, '') as note
from ops.files f
-- A file that was refused as a whole has no office of its own: the folder it came in tells.
where (
    f.source_id = $office
    or (f.source_id is null and strpos(f.file_path, concat('/', $office, '/')) > 0)
  )
  and f.received_at >= cast($month as timestamp)
  and f.received_at < cast($month as timestamp) + interval '1 month'
order by f.sequence
