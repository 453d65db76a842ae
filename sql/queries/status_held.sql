-- Question: which files are held until somebody accepts them (much of what stands is left out, far more
--   rows are refused than is usual, figures look like another unit), the newest first?
-- Grain: submission.
select f.file_name, f.source_id, f.received_at, f.error_ind, f.error
from ops.files f
left semi join (
  select sha256
  from ops.held_submissions
  where status = 'held'
) h on h.sha256 = f.sha256
order by f.sequence desc
