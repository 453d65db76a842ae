-- Question: which figures make no number because they look like another unit?
-- Grain: source, dataset, region, unit.
select
  source_id,
  dataset,
  region_code,
  looks_like,
  count(*) as figures,
  min(period) as first_period,
  max(period) as last_period
from ops.magnitudes
group by source_id, dataset, region_code, looks_like
order by count(*) desc, source_id, dataset, region_code, looks_like
