-- Question: what does each submission say something about?
-- Grain: slice (source x region x period) of a submission at its newest reading.
-- `release_date` is the former name of `vintage_date`.
select s.*, s.release_date as vintage_date
from ops.slices_log s
left anti join ops.superseded_attempts a
  on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)
