-- Question: how many seats are offered for each arrival?
-- Grain: scope, region, month.
-- Formula: inbound seats / arrivals at points with corridor_entry.
select
  s.scope_code,
  d.region_code,
  t.period_type as grain,
  t.period_month as period,
  sum(case when not origin_place.inside then t.seats_offered else 0 end) as numerator,
  cast(null as bigint) as denominator
from core.transport_service t
join ref.point d on d.code = t.dest_point
join ref.scope s on s.region_code = d.region_code
join core.scope_points origin_place
  on origin_place.scope_code = s.scope_code and origin_place.point = t.origin_point
where t.is_headline
group by s.scope_code, d.region_code, t.period_type, t.period_month
union all
select
  cast(null as varchar) as scope_code,
  f.region_code,
  f.period_type as grain,
  f.period_month as period,
  cast(null as bigint) as numerator,
  sum(f.value) as denominator
from core.flow_cells f
where f.measure = 'arrivals' and f.is_counted
group by f.region_code, f.period_type, f.period_month
