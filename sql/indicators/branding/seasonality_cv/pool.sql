-- Population standard deviation of the twelve pooled months over their mean.
with months as (
  select scope_code, breakdown, grain, period, base_period, sum(numerator) as x
  from work.pooled group by scope_code, breakdown, grain, period, base_period
)
select scope_code, breakdown, grain, period, stddev_pop(x) as numerator, avg(x) as denominator, case when avg(x) > 0 then 100 * stddev_pop(x) / avg(x) end as value
from months
where grain = 'Y'
group by scope_code, breakdown, grain, period
