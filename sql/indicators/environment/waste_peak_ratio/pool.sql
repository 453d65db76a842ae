-- The highest pooled month over the mean of the twelve.
with months as (
  select
    scope_code,
    breakdown,
    grain,
    period,
    base_period,
    sum(numerator) as net_ton
  from work.pooled
  group by scope_code, breakdown, grain, period, base_period
)
select
  scope_code,
  breakdown,
  grain,
  period,
  max(net_ton) as numerator,
  sum(net_ton) / 12 as denominator,
  case when sum(net_ton) > 0 then max(net_ton) / (sum(net_ton) / 12) end as value
from months
where grain = 'Y'
group by scope_code, breakdown, grain, period
