-- Question: which share of active businesses has a business number (NIB)?
-- Grain: region, month (stock).
select
  region_code,
  'M' as grain,
  period,
  count(nib) as numerator,
  count(*) as denominator
from core.businesses
group by region_code, period
