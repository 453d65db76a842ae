-- Question: how much waste is neither reduced nor handled?
-- Grain: region, month or year as filed.
-- Formula: A - B - C.
select
  a.region_code,
  a.period_type as grain,
  a.period_month as period,
  sum(a.gen_ton) - max(h.reduced_ton) - max(h.handled_ton) as numerator
from core.waste_arising a
join core.waste_handling h
  on h.is_headline
  and h.region_code = a.region_code
  and h.period_type = a.period_type
  and h.period_month = a.period_month
group by a.region_code, a.period_type, a.period_month
