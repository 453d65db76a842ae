-- Question: which share of visits is by foreign visitors?
-- Grain: region, month or year.
-- Formula: visits by wisman / visits by wisman and wisnus; visits without a market
-- split are left out of both.
-- Caveat: a market that was not filed is not zero, so one market alone gives no share.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(case when market = 'wisman' then value end) as numerator,
  sum(case when market = 'wisman' then value end)
    + sum(case when market = 'wisnus' then value end) as denominator
from core.flow_cells
where is_headline and in_market and measure = 'visits' and market in ('wisman', 'wisnus')
group by region_code, period_type, period_month
