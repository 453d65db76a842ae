-- Question: which files came from an office ($office) from one moment to another ($from, $until), and
--   what became of their rows? A refused file that somebody waived is asked for no more.
-- Grain: submission.
select
  f.file_name,
  f.received_at,
  case when w.sha256 is not null then 'waived' else f.status end as status,
  coalesce(f.dataset, '') as dataset,
  f.rows_read,
  f.rows_accepted,
  f.rows_rejected,
  f.rows_ignored,
  coalesce(f.error_ind, '') as note_ind,
  coalesce(f.error, '') as note_en
from ops.files f
left join (
  select distinct sha256
  from ops.waivers
  where rule = 'file'
) w on w.sha256 = f.sha256 and f.status = 'refused'
-- A file that was refused as a whole has no office of its own: the folder it came in tells.
where (
    f.source_id = $office
    or (f.source_id is null and strpos(f.file_path, concat('/', $office, '/')) > 0)
  )
  and f.received_at >= cast($from as timestamp)
  and f.received_at < cast($until as timestamp)
order by f.sequence
