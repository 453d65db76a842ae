-- Question: how many seats come into a region?
-- Grain: scope, region, month. A seat between two regencies of the corridor counts for the regency
-- and not for the corridor.
select
  s.scope_code,
  d.region_code,
  t.period_type as grain,
  t.period_month as period,
  sum(case when not origin_place.inside then t.seats_offered else 0 end) as numerator
from core.transport_service t
join ref.point d on d.code = t.dest_point
join ref.point o on o.code = t.origin_point
join ref.scope s on s.region_code = d.region_code
join core.scope_points origin_place
  on origin_place.scope_code = s.scope_code and origin_place.point = o.code
where t.is_headline
group by s.scope_code, d.region_code, t.period_type, t.period_month
