-- Herfindahl-Hirschman index of the pooled countries, XXX left out of the base.
-- With too many of unknown origin the countries are not all there: incomplete, and nothing is withheld.
with countries as (
  select scope_code, breakdown, grain, period, member, sum(numerator) as visits
  from work.pooled
  where grain = 'Y'
  group by scope_code, breakdown, grain, period, member
),
index_bases as (
  select
    scope_code,
    breakdown,
    grain,
    period,
    sum(case when member <> 'XXX' then visits else 0 end) as known_visits,
    sum(visits) as all_visits
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
    when max(b.known_visits) > 0 and 5 * max(b.known_visits) >= 4 * max(b.all_visits)
      then 10000 * sum(
        case
          when c.member <> 'XXX' then (c.visits / b.known_visits) * (c.visits / b.known_visits)
        end
      )
  end as value,
  case
    when max(b.all_visits) > 0 and 5 * max(b.known_visits) < 4 * max(b.all_visits)
      then concat(
        'incomplete, unknown_origin: ',
        round(100.0 * (max(b.all_visits) - max(b.known_visits)) / max(b.all_visits), 1), ' %'
      )
  end as state
from index_bases b
join countries c
  on c.scope_code = b.scope_code
  and c.breakdown = b.breakdown
  and c.grain = b.grain
  and c.period = b.period
group by b.scope_code, b.breakdown, b.grain, b.period
