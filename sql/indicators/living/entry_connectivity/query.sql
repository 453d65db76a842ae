-- Question: how many direct routes are alive?
-- Grain: region of the destination, month, route. A route lives in a month with four trips or more.
select
  d.region_code,
  t.period_type as grain,
  t.period_month as period,
  t.route_id as member,
  sum(t.trips_operated) as numerator
from core.transport_service t
join ref.point d on d.code = t.dest_point
where t.is_headline
group by d.region_code, t.period_type, t.period_month, t.route_id
