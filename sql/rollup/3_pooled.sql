-- Question: which series does a pooled indicator compute from?
-- Grain: indicator, scope, breakdown, grain, period, region, base period, member. Only regencies
-- that are complete are in it.
-- Rules: sql/README.md C5 (POOL)
select
  p.indicator_id,
  r.scope_code,
  r.breakdown,
  r.grain,
  r.period,
  r.region_code,
  p.period as base_period,
  p.member,
  p.numerator,
  p.denominator
from work.regional r
join work.scopes s
  on s.indicator_id = r.indicator_id
  and s.scope_code = r.scope_code
  and s.breakdown = r.breakdown
  and s.grain = r.grain
  and s.period = r.period
join ref.period t on t.grain = r.grain and t.period = r.period and t.from_grain = r.used_grain
join work.parts p
  on p.indicator_id = r.indicator_id
  and p.region_code = r.region_code
  and p.breakdown = r.breakdown
  and p.grain = t.from_grain
  and p.period = t.from_period
  and coalesce(p.scope_code, r.scope_code) = r.scope_code
where r.state in ('ok', 'denom_zero')
  and s.state in ('ok', 'partial_coverage', 'denom_zero')
  and s.aggregation = 'POOL'
