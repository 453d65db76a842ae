-- Question: to which release is the evaluation of a year frozen ($year)?  The first one counts.
-- Grain: one row at most.
select release_id, frozen_by, frozen_at
from ops.evaluations
where year = $year
order by frozen_at
limit 1
