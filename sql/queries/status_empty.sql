-- Question: which files were read and hold no row of data, the newest first? A file of that name, or of that office
--   and dataset, that came later with rows ends it, as a waiver does. What lies outside the corridor is no mistake of
--   who sent it.
-- Grain: submission.
with
  with_rows as (
    select file_name, source_id, dataset, sequence, received_at
    from ops.files
    where status in ('loaded', 'held') and rows_accepted + rows_rejected > 0
  )
select f.file_name, f.source_id, f.received_at, f.error, f.error_ind
from ops.files f
left anti join ops.waivers w on w.sha256 = f.sha256 and w.rule = 'file'
left anti join (
  select file_name, source_id, max(received_at) as newest from with_rows group by file_name, source_id
) again on again.file_name = f.file_name and again.source_id = f.source_id and again.newest >= f.received_at
left anti join (
  select source_id, dataset, max(sequence) as newest from with_rows group by source_id, dataset
) later on later.source_id = f.source_id and later.dataset = f.dataset and later.newest > f.sequence
where f.status = 'loaded'
  and f.rows_accepted + f.rows_rejected + f.rows_erased = 0
  and coalesce(f.ignored_json, '') not like '%"outside_%'
order by f.sequence desc
