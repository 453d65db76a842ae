-- Question: what does each submission say something about?
-- Grain: slice (source x region x period) of a submission at its newest reading.
-- `supersedes` is what it takes the place of: the slice as a whole, rows by their key, or what a
-- full list (snapshot) does not name; `covers` is the one theme it speaks for, `*` for all.  A held
-- submission does not count until somebody accepts it.
-- `release_date` is the former name of `vintage_date`.
select
  s.* exclude (supersedes, covers, is_held),
  coalesce(s.supersedes, 'slice') as supersedes,
  coalesce(s.covers, '*') as covers,
  coalesce(s.is_held, false) as is_held,
  s.release_date as vintage_date
from ops.slices_log s
left anti join ops.superseded_attempts a
  on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)
