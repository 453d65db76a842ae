-- Question: which values does the release publish, and which of them rest on synthetic rows?
-- Grain: indicator, region, breakdown, grain, period.
select
  v.indicator_id,
  v.region_code,
  v.breakdown,
  v.grain,
  cast(v.period as varchar) as first_day,
  v.value,
  v.state,
  v.coverage,
  v.flags,
  v.sources,
  strpos(concat(', ', coalesce(v.flags, ''), ','), ', synthetic,') > 0 as is_synthetic
from indicators.values v
order by v.indicator_id, v.region_code, v.breakdown, v.grain, v.period
