-- Question: how did the values of a period ($grain, $first_day) change against the period before and
--   against a year before?
-- Grain: indicator, region, kind of change; values without breakdown, changes that have a number.
select
  indicator_id,
  region_code,
  change_kind,
  change,
  change_unit
from indicators.changes
where grain = $grain
  and period = cast($first_day as date)
  and breakdown = ''
  and change_kind <> 'c-to-c'
  and state in ('ok', 'partial_coverage')
  and change is not null
order by indicator_id, region_code, change_kind desc
