-- Question: which share of active businesses has a business number (NIB)?
-- Grain: region, source, month (stock).
-- Caveat: a register in which no business has one does not keep them, which is not 0 %.
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'M' as grain,
  period,
  case when keeps_nib then with_nib end as numerator,
  case when keeps_nib then active end as denominator,
  case when not keeps_nib then 'incomplete' end as state,
  case when not keeps_nib then 'missing: nib' end as flag
from core.business_months
