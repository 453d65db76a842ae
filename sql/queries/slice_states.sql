-- Question: is each slice current, was its file read again since, is its source the headline, and may
--   single rows of it have stopped counting?
-- Grain: slice of one reading of a file.  Slices of an earlier program have no number; those that a
--   state before a submission does not see are not current.
select distinct
  l.dataset,
  l.slice_id,
  a.sha256 is not null as is_reread,
  c.slice_id is not null as is_current,
  coalesce(c.is_headline, false) as is_headline,
  r.sha256 is not null as is_touched
from ops.all_slices_log l
left join ops.superseded_attempts a
  on a.sha256 = l.sha256
  and a.attempt = coalesce(l.attempt, 0)
left join ops.current_slices c on c.slice_id = l.slice_id
left join (
  select distinct dataset, sha256
  from ops.superseded_rows
  where what in ('replaced', 'ended') and row_key is not null
) r on r.dataset = l.dataset and r.sha256 = l.sha256
