-- Question: which share of scheduled trips was cancelled?
-- Grain: region of the destination, month.
select
  d.region_code,
  t.period_type as grain,
  t.period_month as period,
  sum(t.trips_cancelled) as numerator,
  sum(t.trips_scheduled) as denominator
from core.transport_service t
join ref.point d on d.code = t.dest_point
where t.is_headline
group by d.region_code, t.period_type, t.period_month
