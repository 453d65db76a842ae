-- Question: how much weighed waste do residents not explain?
-- Grain: region, month.
-- Formula: weighed tonnes - population x factor in force x days / 1000; a negative
-- value is kept and flagged.
select
  w.region_code,
  'M' as grain,
  w.period,
  sum(w.net_ton) - max(
    p.pop_mid
      * param('waste_factor_kg_cap_day', w.region_code, w.period)
      * date_part('day', w.period + interval '1 month' - interval '1 day')
  ) / 1000 as numerator,
  case
    when sum(w.net_ton) < max(
      p.pop_mid
        * param('waste_factor_kg_cap_day', w.region_code, w.period)
        * date_part('day', w.period + interval '1 month' - interval '1 day')
    ) / 1000
      then 'negative'
  end as flag
from core.weighbridge_months w
join core.residents_by_year p
  on p.region_code = w.region_code and p.year = date_part('year', w.period)
group by w.region_code, w.period
