-- Question: how much came: sources, datasets, files, current rows, and the newest period?
-- Grain: the lake.
with slices as (
  select
    count(distinct source_id) as sources,
    count(distinct dataset) as datasets,
    coalesce(sum(rows), 0) as rows
  from ops.current_slices
),
files as (
  select count(*) as files, max(received_at) as last_received_at
  from ops.files
  where status = 'loaded'
),
-- A register has no period.
newest_period as (
  select period, period_type
  from ops.current_slices
  where period > date '1900-01-01'
  order by period desc, period_type
  limit 1
)
select
  s.sources,
  s.datasets,
  f.files,
  s.rows,
  cast(n.period as varchar) as newest_period,
  n.period_type as newest_grain,
  f.last_received_at
from slices s
cross join files f
left join newest_period n on true
