-- Gini of the twelve pooled months, ascending.
with months as (
  select scope_code, breakdown, grain, period, base_period, sum(numerator) as x
  from work.pooled group by scope_code, breakdown, grain, period, base_period
),
ranked as (
  select *, row_number() over (partition by scope_code, breakdown, grain, period order by x) as i from months
)
select scope_code, breakdown, grain, period, 2 * sum(i * x) as numerator, 12 * sum(x) as denominator,
  case when sum(x) > 0 then 2 * sum(i * x) / (12 * sum(x)) - 13.0 / 12 end as value
from ranked
where grain = 'Y'
group by scope_code, breakdown, grain, period
