-- Question: how many seats are offered for each arrival?
-- Grain: scope, region, source of each route and point, month.
-- Formula: inbound seats / arrivals at points with corridor_entry.
select
  s.scope_code,
  t.region_code,
  t.source_id,
  t.theme,
  t.period_type as grain,
  t.period_month as period,
  case when o.region_code is null then t.seats_offered else 0 end as numerator,
  cast(null as double) as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag
from core.services t
join ref.scope s on s.region_code = t.region_code
left join ref.scope o on o.scope_code = s.scope_code and o.region_code = t.origin_region
union all
select
  cast(null as varchar) as scope_code,
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  total as denominator,
  case when missing is not null then 'incomplete' end as state,
  case when missing is not null then concat('missing: ', missing) end as flag
from core.flow_totals
where measure = 'arrivals'
