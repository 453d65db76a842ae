-- Question: which were the last runs? A night that never ran is none.
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
where outcome <> 'caught_up'
order by started_at desc, run_id desc
limit 10
