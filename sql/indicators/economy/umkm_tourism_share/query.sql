-- Question: which share of active businesses with a known industry is in tourism?
-- Grain: region, source, month (stock).
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'M' as grain,
  period,
  in_tourism as numerator,
  with_industry as denominator
from core.business_months
