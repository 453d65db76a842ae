-- Question: how many QRIS merchants are there for a hundred active businesses?
-- Grain: region, source of each theme, month (stocks at its end).
-- Caveat: a merchant need not be an MSME, so the value may exceed 100.
select
  region_code,
  source_id,
  'finance' as theme,
  period_type as grain,
  period_month as period,
  qris_merchants as numerator,
  cast(null as bigint) as denominator,
  case when qris_merchants is null then 'incomplete' end as state,
  case when qris_merchants is null then 'missing: qris_merchants' end as flag
from core.finance_month
where
  qris_merchants is not null
  or qris_txn is not null
  or qris_value_rp is not null
  or obs_status = 'missing'
union all
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'M' as grain,
  period,
  cast(null as bigint) as numerator,
  active as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag
from core.business_months
