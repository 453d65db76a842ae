-- Distinct routes that lived in at least one month of the period, by the trips of all operators.
with routes as (
  select
    scope_code,
    breakdown,
    grain,
    period,
    base_period,
    member,
    sum(numerator) as trips
  from work.pooled
  group by scope_code, breakdown, grain, period, base_period, member
)
select
  scope_code,
  breakdown,
  grain,
  period,
  count(distinct case when trips >= 4 then member end) as numerator,
  cast(null as double) as denominator,
  count(distinct case when trips >= 4 then member end) as value
from routes
group by scope_code, breakdown, grain, period
