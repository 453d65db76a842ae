-- Ratio of sums inside each part, then the ratio of the two.
with scope_sums as (
  select
    scope_code,
    breakdown,
    grain,
    period,
    sum(case when member = 'tourist' then numerator end) as tourist_ton,
    sum(case when member = 'tourist' then denominator end) as nights,
    sum(case when member = 'resident' then numerator end) as resident_ton,
    sum(case when member = 'resident' then denominator end) as person_days
  from work.pooled
  group by scope_code, breakdown, grain, period
)
select
  scope_code,
  breakdown,
  grain,
  period,
  case when nights > 0 then 1000 * tourist_ton / nights end as numerator,
  case when person_days > 0 then 1000 * resident_ton / person_days end as denominator,
  case
    when nights > 0 and resident_ton > 0 then (tourist_ton / nights) / (resident_ton / person_days)
  end as value
from scope_sums
