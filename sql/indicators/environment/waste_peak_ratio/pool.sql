-- The highest pooled month over the mean of the twelve.
with months as (
  select scope_code, breakdown, grain, period, base_period, sum(numerator) as x
  from work.pooled group by scope_code, breakdown, grain, period, base_period
)
select scope_code, breakdown, grain, period, max(x) as numerator, sum(x) / 12 as denominator, case when sum(x) > 0 then max(x) / (sum(x) / 12) end as value
from months
where grain = 'Y'
group by scope_code, breakdown, grain, period
