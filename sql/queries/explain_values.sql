-- Question: which values are published for an indicator ($indicator), region ($region), grain ($grain)
--   and period ($period)?
-- Grain: breakdown.
select
  region_code,
  grain,
  period,
  breakdown,
  numerator,
  denominator,
  value,
  state,
  coverage,
  flags,
  sources,
  release_id
from indicators.values
where indicator_id = $indicator
  and region_code = $region
  and grain = $grain
  and period = $period
order by breakdown
