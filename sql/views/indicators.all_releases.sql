-- Question: which values does each release hold?
-- Grain: release, indicator, region, grain, period, breakdown.  A release names the release that
--   computed an indicator's values; one of an earlier program computed all of its own.
select v.* exclude (release_id), r.release_id
from indicators.values_log v
join ops.release_indicators r
  on r.computed_in = v.release_id
  and r.indicator_id = v.indicator_id
union all
select v.*
from indicators.values_log v
left anti join ops.release_indicators r on r.release_id = v.release_id
