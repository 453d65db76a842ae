-- The log of submissions: what each source owed for each region and period, when it was due, when it
-- came, and how many of its rows stand and are refused. It is kept by the ledger and filed by nobody.
-- due_at is the end of the last day on which it is in time; received_at is null where nothing came.
-- data_timeliness is made of the same deliveries (ops.deliveries).
with standing_rows as (
  select dataset, source_id, slice_region, period, sum(rows) as rows
  from ops.current_slices
  group by dataset, source_id, slice_region, period
),
refused_rows as (
  select dataset, source_id, slice_region, slice_period as period, count(*) as rows
  from ops.quarantine
  where status in ('open', 'waived')
  group by dataset, source_id, slice_region, slice_period
)
select
  d.dataset,
  d.source_id,
  d.region_code,
  d.regency,
  d.period,
  d.cadence,
  d.due_on + interval '1 day' as due_at,
  d.received_at,
  coalesce(s.rows, 0) + coalesce(r.rows, 0) as rows_total,
  coalesce(r.rows, 0) as rows_rejected
from ops.deliveries d
left join standing_rows s
  on s.dataset = d.dataset
  and s.source_id = d.source_id
  and s.slice_region = d.region_code
  and s.period = d.period
left join refused_rows r
  on r.dataset = d.dataset
  and r.source_id = d.source_id
  and r.slice_region = d.region_code
  and r.period = d.period
