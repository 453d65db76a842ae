-- Question: which deliveries of which offices are missing, late or odd?
-- Grain: source, state of a delivery.
-- has_sent: whether anything of the source counts, so that it is no stranger to this lake.
select
  e.source_id,
  e.state,
  count(*) as deliveries,
  string_agg(distinct e.dataset, ', ' order by e.dataset) as datasets,
  cast(min(e.period) as varchar) as first_period,
  cast(max(e.period) as varchar) as last_period,
  min(e.cadence) as cadence,
  bool_or(c.source_id is not null) as has_sent
from ops.expectations e
left join (select distinct source_id from ops.current_slices) c on c.source_id = e.source_id
where e.state not in ('on_time', 'pending')
group by e.source_id, e.state
order by deliveries desc, source_id, state
