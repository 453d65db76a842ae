-- Question: what came, by source, dataset and region?
-- Grain: source, dataset, region.
select
  s.source_id,
  s.dataset,
  s.slice_region as region,
  count(distinct s.period) as periods,
  min(s.period) as first_period,
  max(s.period) as last_period,
  max(s.release_date) as last_released,
  sum(s.rows) as rows
from ops.current_slices s
group by s.source_id, s.dataset, s.slice_region
order by s.source_id, s.dataset, s.slice_region
