-- Question: which deliveries were agreed, and what became of them?
-- Grain: source, dataset, region, cadence, period.
select
  e.source_id,
  s.name as source_name,
  e.dataset,
  e.region_code,
  e.cadence,
  cast(e.period as varchar) as first_day,
  cast(e.due_on as varchar) as due_on,
  cast(e.received_on as varchar) as received_on,
  e.state,
  coalesce(s.synthetic, false) as is_synthetic
from ops.expectations e
left join ref.source s on s.code = e.source_id
order by e.source_id, e.dataset, e.region_code, e.period
