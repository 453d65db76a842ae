-- Question: what came of each office: files, rows, and when the last one came (seconds since 1970)?
-- Grain: source; empty where none is known. Rows of restricted datasets are not counted for who monitors.
with files as (
  select f.*, coalesce(d.zone, 'open') = 'open' as is_open
  from ops.files f
  left join ref.dataset d on d.dataset = f.dataset
)
select
  coalesce(source_id, '') as source_id,
  cast(max(case when status = 'loaded' then received_at end) as bigint) / 1e6 as arrival_at,
  cast(sum(case when is_open then rows_read end) as double) as rows_read,
  cast(sum(case when is_open then rows_accepted end) as double) as rows_accepted,
  cast(sum(case when is_open then rows_rejected end) as double) as rows_refused,
  cast(sum(case when is_open then rows_ignored end) as double) as rows_ignored,
  cast(sum(case when is_open then rows_erased end) as double) as rows_erased,
  cast(sum(case when status = 'refused' then 0 else 1 end) as double) as files_read,
  cast(sum(case when status = 'refused' then 1 else 0 end) as double) as files_refused
from files
group by coalesce(source_id, '')
order by coalesce(source_id, '')
