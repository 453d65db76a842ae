-- Question: how large is a KUR loan?
-- Grain: region, source, month.
-- Formula: disbursed / new debtors of the same rows. A source that files neither is no source of it.
select
  region_code,
  source_id,
  'finance' as theme,
  period_type as grain,
  period_month as period,
  case when kur_debtors is not null then kur_disbursed_rp end as numerator,
  case when kur_disbursed_rp is not null then kur_debtors end as denominator,
  case when kur_disbursed_rp is null or kur_debtors is null then 'incomplete' end as state,
  case
    when kur_disbursed_rp is null and kur_debtors is null then 'missing: kur_disbursed_rp kur_debtors'
    when kur_disbursed_rp is null then 'missing: kur_disbursed_rp'
    when kur_debtors is null then 'missing: kur_debtors'
  end as flag
from core.finance_month
where kur_disbursed_rp is not null or kur_debtors is not null or obs_status = 'missing'
