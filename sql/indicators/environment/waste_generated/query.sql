-- Question: how much waste arises (A)?
-- Grain: region, source, month or year as filed.
select
  region_code,
  source_id,
  'waste_generation' as theme,
  period_type as grain,
  period_month as period,
  gen_ton as numerator,
  basis
from core.waste_arising
