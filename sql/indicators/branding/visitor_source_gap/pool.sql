-- Spread over the sources that all pooled regions have in common.
with pooled_scopes as (
  select
    scope_code,
    breakdown,
    grain,
    period,
    count(distinct region_code) as regions
  from work.pooled
  group by scope_code, breakdown, grain, period
),
common_sources as (
  select
    p.scope_code,
    p.breakdown,
    p.grain,
    p.period,
    p.member,
    sum(p.numerator) as visits
  from work.pooled p
  join pooled_scopes w
    on w.scope_code = p.scope_code
    and w.breakdown = p.breakdown
    and w.grain = p.grain
    and w.period = p.period
  group by p.scope_code, p.breakdown, p.grain, p.period, p.member, w.regions
  having count(distinct p.region_code) = w.regions
)
select
  w.scope_code,
  w.breakdown,
  w.grain,
  w.period,
  max(s.visits) - min(s.visits) as numerator,
  avg(s.visits) as denominator,
  case
    when count(s.member) >= 2 and avg(s.visits) > 0
      then 100 * (max(s.visits) - min(s.visits)) / avg(s.visits)
  end as value,
  case when count(s.member) < 2 then 'not_applicable' end as state
from pooled_scopes w
left join common_sources s
  on s.scope_code = w.scope_code
  and s.breakdown = w.breakdown
  and s.grain = w.grain
  and s.period = w.period
group by w.scope_code, w.breakdown, w.grain, w.period
