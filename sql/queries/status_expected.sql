-- Question: how many expected deliveries are in which state?
-- Grain: source, dataset, state.
select
  source_id,
  dataset,
  state,
  count(*) as periods,
  min(period) as first_period,
  max(period) as last_period
from ops.expectations
group by source_id, dataset, state
order by source_id, dataset, state
