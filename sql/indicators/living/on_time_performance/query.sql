-- Question: which share of scheduled trips ran on time?
-- Grain: region of the destination, month.
-- Tolerance: ref.param on_time_tolerance_minutes.
select
  d.region_code,
  t.period_type as grain,
  t.period_month as period,
  sum(t.trips_ontime) as numerator,
  sum(t.trips_scheduled) as denominator
from core.transport_service t
join ref.point d on d.code = t.dest_point
where t.is_headline
group by d.region_code, t.period_type, t.period_month
