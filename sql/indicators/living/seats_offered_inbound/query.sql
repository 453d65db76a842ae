-- Question: how many seats come into a region?
-- Grain: scope, region, source of each route, month. A seat between two regencies of the corridor
-- counts for the regency and not for the corridor.
select
  s.scope_code,
  t.region_code,
  t.source_id,
  t.theme,
  t.period_type as grain,
  t.period_month as period,
  case when o.region_code is null then t.seats_offered else 0 end as numerator
from core.services t
join ref.scope s on s.region_code = t.region_code
left join ref.scope o on o.scope_code = s.scope_code and o.region_code = t.origin_region
