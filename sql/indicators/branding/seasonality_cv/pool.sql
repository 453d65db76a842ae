-- Population standard deviation of the twelve pooled months over their mean.
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
  stddev_pop(nights) as numerator,
  avg(nights) as denominator,
  case when avg(nights) > 0 then 100 * stddev_pop(nights) / avg(nights) end as value
from months
where grain = 'Y'
group by scope_code, breakdown, grain, period
