-- Question: which share of the waste that arises is handled?
-- Grain: region, month or year as filed.
-- Formula: tonnes / generation (A), both of their headline source.
select
  a.region_code,
  a.period_type as grain,
  a.period_month as period,
  max(h.handled_ton) as numerator,
  sum(a.gen_ton) as denominator,
  max(case when h.period_type = 'Y' then 'annual_source' end) as flag
from core.waste_arising a
left join core.waste_handling h
  on h.is_headline
  and h.region_code = a.region_code
  and h.period_type = a.period_type
  and h.period_month = a.period_month
group by a.region_code, a.period_type, a.period_month
