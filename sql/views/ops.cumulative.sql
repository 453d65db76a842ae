-- Question: which year-to-date figures were filed?
-- Grain: figure of a row of a submission at its newest reading.
select s.* exclude (attempt)
from ops.cumulative_log s
left anti join ops.superseded_attempts a
  on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)
