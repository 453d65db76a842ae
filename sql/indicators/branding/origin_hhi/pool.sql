-- Herfindahl-Hirschman index of the pooled countries, XXX left out of the base. Years with too many of
-- unknown origin are none of the parts (query.sql).
with countries as (
  select scope_code, breakdown, grain, period, member, sum(numerator) as visits
  from work.pooled
  where grain = 'Y'
  group by scope_code, breakdown, grain, period, member
),
index_bases as (
  select scope_code, breakdown, grain, period, sum(case when member <> 'XXX' then visits else 0 end) as known_visits
  from countries
  group by scope_code, breakdown, grain, period
)
select
  b.scope_code,
  b.breakdown,
  b.grain,
  b.period,
  sum(case when c.member <> 'XXX' then c.visits * c.visits end) as numerator,
  max(b.known_visits) as denominator,
  case
    when max(b.known_visits) > 0
      then 10000 * sum(
        case when c.member <> 'XXX' then (c.visits / b.known_visits) * (c.visits / b.known_visits) end
      )
  end as value,
  cast(null as varchar) as state
from index_bases b
join countries c
  on c.scope_code = b.scope_code
  and c.breakdown = b.breakdown
  and c.grain = b.grain
  and c.period = b.period
group by b.scope_code, b.breakdown, b.grain, b.period
