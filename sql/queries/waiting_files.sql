-- Question: which files are refused or held and did not come again in a form that can be read? A
--   refused file that somebody waived waits no more. Offices give their files the same names: only the office that
--   sent a file sends it again; of a file without an office, the same bytes or a file in its folder.
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
      and (
        later.source_id = f.source_id
        or split_part(later.sha256, '.', 1) = split_part(f.sha256, '.', 1)
        or (
          f.source_id is null
          and left(later.file_path, length(later.file_path) - length(later.file_name))
          = left(f.file_path, length(f.file_path) - length(f.file_name))
        )
      )
  )
order by f.sequence
