-- Question: how far is the landfilled tonnage that offices report from the one that is weighed?
-- Grain: region, month.
-- Formula: (reported - weighed) / weighed.
with weighed_months as (
  select region_code, period, sum(net_ton) as net_ton
  from core.weighbridge_months
  group by region_code, period
)
select
  w.region_code,
  'M' as grain,
  w.period,
  h.landfilled_ton - w.net_ton as numerator,
  w.net_ton as denominator
from weighed_months w
join core.waste_handling h
  on h.is_headline
  and h.period_type = 'M'
  and h.region_code = w.region_code
  and h.period_month = w.period
where h.landfilled_ton is not null
