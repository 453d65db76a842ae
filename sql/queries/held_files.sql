-- Question: which held files does a name, a part of one, or the beginning of a hash ($file) mean?
-- Grain: submission, the newest first.
select
  sha256,
  file_name,
  coalesce(source_id, '') as source_id,
  cast(received_at as varchar) as received
from ops.files
where status = 'held'
  and (file_name = $file or starts_with(sha256, $file) or strpos(file_name, $file) > 0)
order by sequence desc
