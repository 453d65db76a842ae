-- Question: which correction met which row, and what became of it?
-- Grain: correction, row of a submission at its newest reading.
select s.* exclude (attempt)
from ops.corrections_log s
left anti join ops.superseded_attempts a
  on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)
