-- Question: how many guest-nights are there for each resident?
-- Grain: region, year.
-- Formula: guest-nights of 12 months / population of the year (headline source).
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(nights_wisman + nights_wisnus) as numerator,
  cast(null as bigint) as denominator
from core.accommodation_month
where is_headline
group by region_code, period_type, period_month
union all
select
  region_code,
  'Y' as grain,
  period,
  cast(null as bigint) as numerator,
  pop_mid as denominator
from core.residents
