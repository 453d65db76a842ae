-- Question: how large is a KUR loan?
-- Grain: region, month.
-- Formula: disbursed / new debtors of the same rows.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(kur_disbursed_rp) as numerator,
  sum(kur_debtors) as denominator
from core.finance_month
where is_headline and kur_disbursed_rp is not null and kur_debtors is not null
group by region_code, period_type, period_month
