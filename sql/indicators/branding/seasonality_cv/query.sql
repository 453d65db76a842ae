-- Question: how do guest-nights spread over the months of a year?
-- Grain: region, month. The pooled series of a scope is the sum of its regions, month by month.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(nights_wisman + nights_wisnus) as numerator
from core.accommodation_month
where is_headline and period_type = 'M'
group by region_code, period_type, period_month
