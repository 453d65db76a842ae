-- Question: how many businesses are active at the period's end?
-- Grain: region, source, month (a stock: a quarter or year is its last month).
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'M' as grain,
  period,
  active as numerator
from core.business_months
