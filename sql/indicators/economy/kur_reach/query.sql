-- Question: how many of a hundred active businesses took a KUR loan in the year?
-- Grain: region, source of each theme, year.
-- Formula: new debtors of 12 months / businesses active on 31 December.
select
  region_code,
  source_id,
  'finance' as theme,
  period_type as grain,
  period_month as period,
  kur_debtors as numerator,
  cast(null as bigint) as denominator,
  case when kur_debtors is null then 'incomplete' end as state,
  case when kur_debtors is null then 'missing: kur_debtors' end as flag
from core.finance_month
where kur_disbursed_rp is not null or kur_debtors is not null or obs_status = 'missing'
union all
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'Y' as grain,
  cast(date_trunc('year', period) as date) as period,
  cast(null as bigint) as numerator,
  active as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag
from core.business_months
where date_part('month', period) = 12
