-- Question: which values does the extract `indicators` hold ($region: a regency, which brings the
--   corridor's values too, or CORR; $dimension; of periods that lie within the days from $from to
--   before $until)?  An empty text asks of all.
-- Grain: indicator, region, grain, period, breakdown.  A value that rests on provisional rows has the
--   flag `provisional`.
select
  v.indicator_id,
  i.title,
  i.title_en,
  i.unit,
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
  case
    when u.indicator_id is null or v.value is null then v.flags
    else concat_ws(', ', nullif(v.flags, ''), 'provisional')
  end as flags,
  v.sources,
  v.release_id
from indicators.values v
join (select distinct scope_code, scope_name, scope_order from ref.scope) s
  on s.scope_code = v.region_code
left join ref.indicator i on i.indicator_id = v.indicator_id
left join indicators.provisional_periods u
  on u.indicator_id = v.indicator_id
  and u.region_code = v.region_code
  and u.grain = v.grain
  and u.period = v.period
where ($region = '' or v.region_code in ($region, 'CORR'))
  and ($dimension = '' or v.dimension = $dimension)
  and v.period >= $from
  and cast(
    v.period + case v.grain
      when 'M' then interval '1 month'
      when 'Q' then interval '3 months'
      else interval '12 months'
    end as date
  ) <= $until
order by v.dimension, v.indicator_id, v.grain, v.period, v.breakdown, s.scope_order
