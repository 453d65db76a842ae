-- Question: how much weighed waste do residents not explain?
-- Grain: region, source of each theme, month.
-- Formula: weighed tonnes - population x factor in force x days / 1000; a negative
-- value is kept and flagged.
select
  region_code,
  source_id,
  concat('weighbridge:', facility_id) as theme,
  'M' as grain,
  period,
  sum(net_ton) as numerator
from core.weighbridge_months
group by region_code, source_id, facility_id, period
union all
select
  p.region_code,
  p.source_id,
  'population' as theme,
  'M' as grain,
  w.period,
  -p.pop_mid
    * param('waste_factor_kg_cap_day', p.region_code, w.period)
    * date_part('day', w.period + interval '1 month' - interval '1 day')
    / 1000 as numerator
from core.population p
join (select distinct region_code, period from core.weighbridge_months) w
  on w.region_code = p.region_code and date_part('year', w.period) = p.year
