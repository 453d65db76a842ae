-- Question: how many of a hundred active businesses took a KUR loan in the year?
-- Grain: region, year.
-- Formula: new debtors of 12 months / businesses active on 31 December.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(kur_debtors) as numerator,
  cast(null as bigint) as denominator
from core.finance_month
where is_headline and kur_debtors is not null
group by region_code, period_type, period_month
union all
select
  region_code,
  'Y' as grain,
  cast(date_trunc('year', period) as date) as period,
  cast(null as bigint) as numerator,
  count(*) as denominator
from core.businesses
where date_part('month', period) = 12
group by region_code, period
