-- Question: which submissions of a dataset ($dataset) speak for something, and for what?
-- Grain: slice of a submission.  Held submissions do not speak.
select
  s.source_id,
  s.slice_region,
  s.period,
  s.period_type,
  s.theme,
  s.covers,
  s.release_date,
  s.sequence,
  s.sha256,
  s.supersedes,
  s.slice_id,
  coalesce(f.file_path, f.file_name) as file_path,
  s.rows
from ops.slices s
join ops.files f on f.sha256 = s.sha256
where s.dataset = $dataset and not s.is_held and s.slice_id is not null
order by s.slice_id
