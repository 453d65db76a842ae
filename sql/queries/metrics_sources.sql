-- Question: what came of each office: files, rows, and when the last one came (seconds since 1970)?
-- Grain: source; empty where none is known.
select
  coalesce(source_id, '') as source_id,
  cast(max(case when status = 'loaded' then received_at end) as bigint) / 1e6 as arrival_at,
  cast(sum(rows_read) as double) as rows_read,
  cast(sum(rows_accepted) as double) as rows_accepted,
  cast(sum(rows_rejected) as double) as rows_refused,
  cast(sum(rows_ignored) as double) as rows_ignored,
  cast(sum(rows_erased) as double) as rows_erased,
  cast(sum(case when status = 'refused' then 0 else 1 end) as double) as files_read,
  cast(sum(case when status = 'refused' then 1 else 0 end) as double) as files_refused
from ops.files
group by coalesce(source_id, '')
order by coalesce(source_id, '')
