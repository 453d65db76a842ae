-- Question: which submissions are in the ledger, and how was each last read?
-- Grain: submission.
select
  sha256,
  status,
  project,
  sequence,
  attempt,
  cast(received_at as bigint) as received,
  coalesce(dataset, '') as dataset,
  coalesce(source_id, '') as source_id,
  coalesce(cast(released as varchar), '') as released,
  case when status = 'refused' then error end as refusal,
  coalesce(file_path, '') as file_path
from ops.files
