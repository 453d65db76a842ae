-- Question: which is the newest period that has come?
-- Grain: source, dataset, region.
select
  source_id,
  dataset,
  region_code,
  newest_period,
  newest_due_period,
  missing,
  is_fresh
from ops.freshness
where is_fresh is not null
order by is_fresh, source_id, dataset, region_code
