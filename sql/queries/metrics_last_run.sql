-- Question: which steps had the last night?
-- Grain: the last run.
select run_id, steps_json
from ops.runs
where outcome <> 'caught_up'
order by started_at desc, run_id desc
limit 1
