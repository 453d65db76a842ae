-- Question: which share of the available room-nights was sold?
-- Grain: region, month.
-- Formula: room-nights sold / room-nights available; rows that lack either are left out of both.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(room_nights_sold) as numerator,
  sum(room_nights_avail) as denominator
from core.accommodation_month
where is_headline and room_nights_sold is not null and room_nights_avail is not null
group by region_code, period_type, period_month
