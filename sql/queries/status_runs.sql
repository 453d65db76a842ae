-- Question: which were the last runs?
-- Grain: run.
select
  run_id,
  command,
  started_at,
  finished_at,
  outcome,
  error,
  files_new,
  files_refused,
  rows_accepted,
  rows_rejected,
  release_id,
  round(seconds, 2) as seconds
from ops.runs
order by run_id desc
limit 10
