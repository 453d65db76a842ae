-- Question: how much of the landfills' design load is used?
-- Grain: region, month.
-- Formula: weighed tonnes / (design load x days) of the operating landfills.
with weighed_months as (
  select region_code, period, sum(net_ton) as net_ton
  from core.weighbridge_months
  group by region_code, period
),
landfills as (
  select region_code, year, sum(design_ton_day) as design_ton_day
  from core.waste_facility
  where is_headline and type = 'TPA' and operating
  group by region_code, year
)
select
  w.region_code,
  'M' as grain,
  w.period,
  w.net_ton as numerator,
  l.design_ton_day
    * date_part('day', w.period + interval '1 month' - interval '1 day') as denominator
from weighed_months w
join landfills l on l.region_code = w.region_code and l.year = date_part('year', w.period)
