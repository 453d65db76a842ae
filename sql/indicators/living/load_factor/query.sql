-- Question: which share of seats is filled?
-- Grain: region of the destination, month.
-- Formula: passengers / seats of the routes that file passengers (seat-based and not seat-km).
select
  d.region_code,
  t.period_type as grain,
  t.period_month as period,
  sum(t.passengers) as numerator,
  sum(t.seats_offered) as denominator
from core.transport_service t
join ref.point d on d.code = t.dest_point
where t.is_headline and t.passengers is not null
group by d.region_code, t.period_type, t.period_month
