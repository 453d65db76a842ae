-- Question: which deliveries of which offices are missing, late or odd?
-- Grain: source, state of a delivery.
select
  source_id,
  state,
  count(*) as deliveries,
  string_agg(distinct dataset, ', ' order by dataset) as datasets,
  cast(min(period) as varchar) as first_period,
  cast(max(period) as varchar) as last_period,
  min(cadence) as cadence
from ops.expectations
where state not in ('on_time', 'pending')
group by source_id, state
order by deliveries desc, source_id, state
