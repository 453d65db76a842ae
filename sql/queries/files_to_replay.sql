-- Question: which files does a replay read again?  $rule: those with a row that this rule refuses; $file:
--   those whose name holds this text or whose hash begins with it; $source: those of this office; $since:
--   those that came on this day or later; $other_project: those that were read with other `schemas/`.  An
--   empty text asks nothing.
-- Grain: submission.
select
  f.sha256,
  f.dataset,
  f.error,
  f.status,
  f.sequence,
  f.attempt,
  cast(f.received_at as bigint) as received,
  f.rows_accepted,
  f.rows_rejected
from ops.files f
left join (
  select distinct sha256
  from ops.quarantine
  where status in ('open', 'waived') and rule = $rule
) q on q.sha256 = f.sha256
where ($rule = '' or q.sha256 is not null)
  and ($file = '' or strpos(f.file_name, $file) > 0 or starts_with(f.sha256, $file))
  and ($source = '' or f.source_id = $source)
  and ($since = '' or cast(f.received_at as date) >= cast(nullif($since, '') as date))
  and ($other_project = '' or f.project <> $other_project)
order by f.sequence
