-- Question: how much tourist waste is weighed for each guest-night?
-- Grain: region, month.
-- Formula: tonnes from hotels, restaurants and attractions / guest-nights.
select
  region_code,
  'M' as grain,
  period,
  sum(case when source_class in ('hotel_resto', 'attraction') then net_ton else 0 end) as numerator,
  cast(null as bigint) as denominator
from core.weighbridge_months
group by region_code, period
union all
select
  region_code,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  sum(nights_wisman + nights_wisnus) as denominator
from core.accommodation_month
where is_headline
group by region_code, period_type, period_month
