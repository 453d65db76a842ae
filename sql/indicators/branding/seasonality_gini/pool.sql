-- Gini of the twelve pooled months, ascending.
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
),
ranked_months as (
  select
    *,
    row_number() over (partition by scope_code, breakdown, grain, period order by nights) as place
  from months
)
select
  scope_code,
  breakdown,
  grain,
  period,
  2 * sum(place * nights) as numerator,
  12 * sum(nights) as denominator,
  case
    when sum(nights) > 0 then 2 * sum(place * nights) / (12 * sum(nights)) - 13.0 / 12
  end as value
from ranked_months
where grain = 'Y'
group by scope_code, breakdown, grain, period
