-- Distinct routes that lived in at least one month of the period.
select
  scope_code,
  breakdown,
  grain,
  period,
  count(distinct case when numerator >= 4 then member end) as numerator,
  cast(null as double) as denominator,
  count(distinct case when numerator >= 4 then member end) as value
from work.pooled
group by scope_code, breakdown, grain, period
