-- Question: which share of visits is by foreign visitors?
-- Grain: region, month or year.  Formula: visits by wisman / visits by wisman and wisnus; visits without a market split are left out of both.
select region_code, period_type as grain, period_month as period,
  sum(case when market = 'wisman' then value else 0 end) as numerator, sum(value) as denominator
from core.visits
where market in ('wisman', 'wisnus')
group by region_code, period_type, period_month
