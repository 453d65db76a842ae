-- Question: which files are refused or held and did not come again in a form that can be read? A
--   refused file that somebody waived waits no more.
-- Grain: submission.
select f.file_path, f.status, f.error, f.error_ind
from ops.files f
left anti join ops.waivers w on w.sha256 = f.sha256 and w.rule = 'file'
where f.status in ('refused', 'held')
  and not exists (
    select 1
    from ops.files later
    where later.status = 'loaded'
      and later.file_name = f.file_name
      and later.sequence > f.sequence
  )
order by f.sequence
