-- Question: how many nights did guests stay in accommodation?
-- Grain: region, month.
-- Formula: guest-nights of foreign and domestic guests, all classes, headline source.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(nights_wisman + nights_wisnus) as numerator
from core.accommodation_month
where is_headline
group by region_code, period_type, period_month
