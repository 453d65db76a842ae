-- Question: how many QRIS merchants are there for a hundred active businesses?
-- Grain: region, month (stocks at its end).
-- Caveat: a merchant need not be an MSME, so the value may exceed 100.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(qris_merchants) as numerator,
  cast(null as bigint) as denominator
from core.finance_month
where is_headline and qris_merchants is not null
group by region_code, period_type, period_month
union all
select
  region_code,
  'M' as grain,
  period,
  cast(null as bigint) as numerator,
  count(*) as denominator
from core.businesses
group by region_code, period
