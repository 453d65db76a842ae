-- Question: which parts is a value of a region ($region), grain ($grain) and period ($period) made of,
--   and which parts of other sources stand beside them?
-- Grain: part; those that make the value first.
select
  p.region_code,
  p.grain,
  p.period,
  p.breakdown,
  p.member,
  p.theme,
  p.source_id,
  coalesce(
    s.is_chosen
      and s.covers
      and (
        (p.numerator is not null and p.grain = s.numerator_grain)
        or (p.denominator is not null and p.grain = s.denominator_grain)
      ),
    false
  ) as is_used,
  p.numerator,
  p.denominator,
  p.state,
  p.flag
from work.parts p
join ref.period t on t.from_grain = p.grain and t.from_period = p.period
left join work.sources s
  on s.indicator_id = p.indicator_id
  and s.scope_code = $region
  and s.region_code = p.region_code
  and s.breakdown = p.breakdown
  and s.theme = p.theme
  and s.source_id = p.source_id
  and s.grain = t.grain
  and s.period = t.period
where t.grain = $grain
  and t.period = $period
  and p.region_code in (select region_code from ref.scope where scope_code = $region)
  and coalesce(p.scope_code, $region) = $region
  and coalesce(p.state, p.flag, cast(p.numerator as varchar), cast(p.denominator as varchar)) is not null
order by 8 desc, p.region_code, p.breakdown, p.grain, p.period, p.member, p.theme, p.source_id
limit 200
