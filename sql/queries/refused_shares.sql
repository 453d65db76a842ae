-- Question: how many rows of a dataset's ($dataset) submissions were data, and how many of them refused?
--   Held ones and those without data are none.
-- Grain: submission, in the order they came.
select
  source_id,
  sequence,
  rows_accepted + rows_rejected + coalesce(rows_erased, 0) as rows,
  rows_rejected
from ops.files
where dataset = $dataset
  and status = 'loaded'
  and rows_accepted + rows_rejected > 0
order by sequence
