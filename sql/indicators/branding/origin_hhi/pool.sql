-- Herfindahl-Hirschman index of the pooled countries, XXX left out of the base.
with countries as (
  select scope_code, breakdown, grain, period, member, sum(numerator) as x from work.pooled where grain = 'Y' group by scope_code, breakdown, grain, period, member
),
bases as (
  select scope_code, breakdown, grain, period, sum(case when member <> 'XXX' then x else 0 end) as known, sum(x) as everyone
  from countries group by scope_code, breakdown, grain, period
)
select b.scope_code, b.breakdown, b.grain, b.period,
  sum(case when c.member <> 'XXX' then c.x * c.x end) as numerator, max(b.known) as denominator,
  case when max(b.known) > 0 and max(b.known) >= 0.8 * max(b.everyone) then 10000 * sum(case when c.member <> 'XXX' then (c.x / b.known) * (c.x / b.known) end) end as value,
  case when max(b.everyone) > 0 and max(b.known) < 0.8 * max(b.everyone) then 'suppressed' end as state
from bases b
join countries c on c.scope_code = b.scope_code and c.breakdown = b.breakdown and c.grain = b.grain and c.period = b.period
group by b.scope_code, b.breakdown, b.grain, b.period
