-- The highest pooled month over the mean of the twelve.
with months as (
  select
    scope_code,
    breakdown,
    grain,
    period,
    base_period,
    sum(numerator) as nights
  from work.pooled
  group by scope_code, breakdown, grain, period, base_period
)
select
  scope_code,
  breakdown,
  grain,
  period,
  max(nights) as numerator,
  sum(nights) / 12 as denominator,
  case when sum(nights) > 0 then max(nights) / (sum(nights) / 12) end as value
from months
where grain = 'Y'
group by scope_code, breakdown, grain, period
