-- Question: which files were refused and did not come again in a form that can be read, the newest first?
--   One that somebody waived is looked after.
-- Grain: submission.
select
  f.file_name,
  f.source_id,
  f.received_at,
  f.error_ind,
  f.error
from ops.files f
left anti join ops.waivers w on w.sha256 = f.sha256 and w.rule = 'file'
where f.status = 'refused'
  and not exists (
    select 1
    from ops.files later
    where later.status = 'loaded'
      and later.file_name = f.file_name
      and later.sequence > f.sequence
  )
order by f.sequence desc
