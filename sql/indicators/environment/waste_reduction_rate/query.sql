-- Question: which share of the waste that arises is reduced?
-- Grain: region, source of each theme, month or year as filed.
-- Formula: B / A.
-- B + C above A cannot be true and gives none of the rates (whole).
select
  region_code,
  source_id,
  'waste_handling' as theme,
  period_type as grain,
  period_month as period,
  reduced_ton as numerator,
  cast(null as double) as denominator,
  coalesce(reduced_ton, 0) + coalesce(handled_ton, 0) as whole,
  case when reduced_ton is null then 'incomplete' end as state,
  case when reduced_ton is null then 'missing: reduced_ton' end as flag,
  cast(null as varchar) as basis
from core.waste_handling
union all
select
  region_code,
  source_id,
  'waste_generation' as theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  gen_ton as denominator,
  cast(null as double) as whole,
  cast(null as varchar) as state,
  cast(null as varchar) as flag,
  basis
from core.waste_arising
