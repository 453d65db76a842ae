-- Question: which parts is a value of a region ($region), grain ($grain) and period ($period) made of?
-- Grain: part.
select
  p.region_code,
  p.grain,
  p.period,
  p.breakdown,
  p.member,
  p.numerator,
  p.denominator,
  p.state,
  p.flag
from work.parts p
join ref.period t on t.from_grain = p.grain and t.from_period = p.period
where t.grain = $grain
  and t.period = $period
  and p.region_code in (select region_code from ref.scope where scope_code = $region)
  and coalesce(p.scope_code, $region) = $region
order by p.region_code, p.grain, p.period, p.breakdown, p.member
limit 200
