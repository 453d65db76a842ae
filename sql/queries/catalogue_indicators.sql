-- Question: which values does the catalogue publish?
-- Grain: indicator, region, grain, period, breakdown.
select
  v.indicator_id,
  i.title,
  i.title_en,
  i.unit,
  v.dimension,
  v.region_code,
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
left join ref.indicator i on i.indicator_id = v.indicator_id
order by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown
