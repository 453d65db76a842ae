-- Question: which values does the extract `indicators` hold ($region: a regency, which brings the
--   corridor's values too, or CORR; $year: calendar year)?  An empty text and 0 ask nothing.
-- Grain: indicator, region, grain, period, breakdown.
select
  v.indicator_id,
  v.dimension,
  v.region_code,
  s.scope_name as region_name,
  v.grain,
  v.period,
  v.breakdown,
  v.numerator,
  v.denominator,
  v.value,
  v.state,
  v.coverage,
  v.missing_regions,
  v.flags,
  v.sources,
  v.release_id
from indicators.values v
join (select distinct scope_code, scope_name, scope_order from ref.scope) s
  on s.scope_code = v.region_code
where ($region = '' or v.region_code in ($region, 'CORR'))
  and ($year = 0 or date_part('year', v.period) = $year)
order by v.dimension, v.indicator_id, v.grain, v.period, v.breakdown, s.scope_order
