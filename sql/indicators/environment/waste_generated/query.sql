-- Question: how much waste arises (A)?
-- Grain: region, month or year as filed.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(gen_ton) as numerator,
  max(case when period_type = 'Y' then 'annual_source' end) as flag
from core.waste_arising
group by region_code, period_type, period_month
