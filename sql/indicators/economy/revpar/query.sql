-- Question: what does an available room earn a night?
-- Grain: region, month.
-- Formula: room revenue / room-nights available of the rows that file revenue.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(room_revenue_rp) as numerator,
  sum(room_nights_avail) as denominator
from core.accommodation_month
where is_headline and room_revenue_rp is not null and room_nights_avail is not null
group by region_code, period_type, period_month
