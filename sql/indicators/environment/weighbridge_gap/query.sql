-- Question: how far is the landfilled tonnage that offices report from the one that is weighed?
-- Grain: region, source of each theme, month.
-- Formula: (reported - weighed) / weighed.
select
  region_code,
  source_id,
  concat('weighbridge:', facility_id) as theme,
  'M' as grain,
  period,
  -sum(net_ton) as numerator,
  sum(net_ton) as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag
from core.weighbridge_months
group by region_code, source_id, facility_id, period
union all
select
  h.region_code,
  h.source_id,
  'waste_handling' as theme,
  h.period_type as grain,
  h.period_month as period,
  h.landfilled_ton as numerator,
  cast(null as double) as denominator,
  case when h.landfilled_ton is null then 'incomplete' end as state,
  case when h.landfilled_ton is null then 'missing: landfilled_ton' end as flag
from core.waste_handling h
left semi join core.weighbridge_months w
  on w.region_code = h.region_code and w.period = h.period_month
where h.period_type = 'M'
