-- Question: what must be equal of the ledgers of two lakes with the same raw bytes?
-- Grain: submission.
select
  sha256,
  file_name,
  dataset,
  source_id,
  released,
  received_at,
  status,
  rows_read,
  rows_accepted,
  rows_rejected,
  rows_ignored,
  rows_erased,
  error
from ops.files
