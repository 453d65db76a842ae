-- Question: which share of active businesses with a known industry is in tourism?
-- Grain: region, month (stock).
select
  region_code,
  'M' as grain,
  period,
  sum(case when is_tourism then 1 else 0 end) as numerator,
  count(*) as denominator
from core.businesses
where kbli5 is not null
group by region_code, period
