-- Question: what was checked, on loading and before a release, and what came out?
-- Grain: check of a subject in a run.  `detail_id` is the former name of `detail_ind`.
select *, detail_id as detail_ind
from ops.checks_log
