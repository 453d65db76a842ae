-- Question: which files of the ledger does a name, a part of one, or the beginning of a hash ($file) mean?
-- Grain: submission; the file of just that name first, then the newest.
select
  sha256,
  file_name,
  coalesce(dataset, '') as dataset,
  coalesce(source_id, '') as source_id,
  cast(received_at as varchar) as received,
  ignored_json,
  coalesce(error, '') as error,
  coalesce(error_id, '') as error_id,
  rows_accepted,
  rows_rejected
from ops.files
where file_name = $file or starts_with(sha256, $file) or strpos(file_name, $file) > 0
order by case when file_name = $file then 0 else 1 end, sequence desc
