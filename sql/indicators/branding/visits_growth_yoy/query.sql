-- Question: how much did visits grow over the same period a year before?
-- Grain: region, month or year.  Formula: (v - v a year before) / v a year before, inside one source only.
with visits as (
  select region_code, source_id, period_type, period_month, sum(value) as value from core.visits group by region_code, source_id, period_type, period_month
)
select t.region_code, t.period_type as grain, t.period_month as period, t.value - y.value as numerator, y.value as denominator
from visits t
join visits y
  on y.region_code = t.region_code and y.source_id = t.source_id and y.period_type = t.period_type
  and y.period_month = cast(t.period_month - interval '12 months' as date)
