-- Question: which share of active businesses has a business number (NIB)?
-- Grain: region, source, month (stock).
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'M' as grain,
  period,
  with_nib as numerator,
  active as denominator
from core.business_months
