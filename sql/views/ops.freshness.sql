-- The newest period each source delivered, and when that came: by the period and not by the day of
-- receipt, so a backfill of an old month makes nothing fresh. `is_fresh` compares with the newest
-- period that was due, and is null where ref.arrival expects nothing.
-- A register's slice has no period; it counts by its release.
with delivered_periods as (
  select
    s.source_id,
    s.dataset,
    s.slice_region as region_code,
    s.period_type as cadence,
    case when s.period = date '1900-01-01' then s.release_date else s.period end as period,
    f.received_at
  from ops.slices s
  join ops.files f on f.sha256 = s.sha256
  where s.rows > 0
),
newest_periods as (
  select
    source_id,
    dataset,
    region_code,
    cadence,
    period as newest_period,
    min(received_at) as received_at,
    row_number() over (
      partition by source_id, dataset, region_code, cadence
      order by period desc
    ) as place
  from delivered_periods
  group by source_id, dataset, region_code, cadence, period
),
last_receipts as (
  select
    source_id,
    dataset,
    region_code,
    cadence,
    max(received_at) as last_received_at
  from delivered_periods
  group by source_id, dataset, region_code, cadence
),
due_periods as (
  select
    source_id,
    dataset,
    region_code,
    cadence,
    max(case when is_due then period end) as newest_due_period,
    sum(case when is_missing then 1 else 0 end) as missing
  from ops.deliveries
  group by source_id, dataset, region_code, cadence
)
select
  coalesce(n.source_id, d.source_id) as source_id,
  coalesce(n.dataset, d.dataset) as dataset,
  coalesce(n.region_code, d.region_code) as region_code,
  coalesce(n.cadence, d.cadence) as cadence,
  n.newest_period,
  n.received_at,
  l.last_received_at,
  d.newest_due_period,
  d.missing,
  case
    when d.newest_due_period is not null
      then coalesce(n.newest_period >= d.newest_due_period, false)
  end as is_fresh
from (select * from newest_periods where place = 1) n
join last_receipts l
  on l.source_id = n.source_id
  and l.dataset = n.dataset
  and l.region_code = n.region_code
  and l.cadence = n.cadence
full join due_periods d
  on d.source_id = n.source_id
  and d.dataset = n.dataset
  and d.region_code = n.region_code
  and d.cadence = n.cadence
