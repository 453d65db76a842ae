-- Question: which series does a pooled indicator compute from?
-- Grain: indicator, scope, breakdown, grain, period, region, base period, member. Only regencies
-- that are complete are in it, each by the sources that make its value.
-- Rules: sql/README.md C5 (POOL), S3.1b
select
  p.indicator_id,
  r.scope_code,
  r.breakdown,
  r.grain,
  r.period,
  r.region_code,
  p.period as base_period,
  p.member,
  case when p.grain = u.numerator_grain then p.numerator end as numerator,
  case when p.grain = u.denominator_grain then p.denominator end as denominator
from work.regional r
join work.scopes s
  on s.indicator_id = r.indicator_id
  and s.scope_code = r.scope_code
  and s.breakdown = r.breakdown
  and s.grain = r.grain
  and s.period = r.period
join work.sources u
  on u.indicator_id = r.indicator_id
  and u.scope_code = r.scope_code
  and u.region_code = r.region_code
  and u.breakdown = r.breakdown
  and u.grain = r.grain
  and u.period = r.period
  and u.is_chosen
  and u.covers
join ref.period t on t.grain = r.grain and t.period = r.period
join work.cards c on c.indicator_id = r.indicator_id and (c.time_rule <> 'end' or t.is_last)
join work.standing_parts p
  on p.indicator_id = r.indicator_id
  and p.region_code = r.region_code
  and p.breakdown = r.breakdown
  and p.theme = u.theme
  and p.source_id = u.source_id
  and p.grain = t.from_grain
  and p.period = t.from_period
  and coalesce(p.scope_code, r.scope_code) = r.scope_code
  and (p.grain = u.numerator_grain or p.grain = u.denominator_grain)
where r.state in ('ok', 'denom_zero')
  and s.state in ('ok', 'partial_coverage', 'denom_zero')
  and s.aggregation = 'POOL'
