-- Question: what are the scores of the dimensions in the year ($year; $region: a region; an empty
--   text asks of all)?  A dimension without a target is there too.
-- Grain: region, dimension.
select
  r.region_code,
  d.code as dimension,
  coalesce(s.with_target, 0) as with_target,
  coalesce(s.measured, 0) as measured,
  s.measured_percent,
  s.score,
  coalesce(s.state, 'no_data') as state,
  s.not_measured,
  s.suppressed,
  s.without_ratio,
  s.missing_regions,
  s.flags
from (select distinct scope_code as region_code, scope_order from ref.scope) r
cross join (select code from ref.code where code_list = 'dimension') d
left join indicators.dimension_scores s
  on s.region_code = r.region_code
  and s.dimension = d.code
  and s.year = $year
where $region = '' or r.region_code = $region
order by r.scope_order, d.code
