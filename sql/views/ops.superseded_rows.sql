-- Question: which rows stopped counting one by one, and for which submission?
-- Grain: row, submission that it stopped counting for.  A record without a key stands for several:
-- all rows of a slice that were replaced, or withdrawn ones beyond a moderate number.
-- what: replaced (a newer row has its key), withdrawn (a newer table of its slice does not bring it
-- again), ended (a full list does not name it: it holds until `ended_on`).  `by_sha256` is that
-- submission; a late row of an older release is replaced by the one that stands.  What a reading
-- found holds as long as that reading stands, and as the submission is seen at all (--vintage).
select s.* exclude (attempt, sequence)
from ops.superseded_rows_log s
left anti join ops.superseded_attempts a
  on a.sha256 = s.recorded_by and a.attempt = s.attempt
left semi join ops.slices_log b on b.sha256 = s.by_sha256
