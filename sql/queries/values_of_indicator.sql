-- Question: which values are published for an indicator ($indicator; $region, $dimension and $grain: an
--   empty text asks of all; of periods that lie within the days from $from to before $until)?
-- Grain: grain, period, breakdown, region.
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
  v.flags,
  v.sources,
  v.release_id
from indicators.values v
join (select distinct scope_code, scope_name, scope_order from ref.scope) s
  on s.scope_code = v.region_code
left join ref.indicator i on i.indicator_id = v.indicator_id
where v.indicator_id = $indicator
  and ($region = '' or v.region_code = $region)
  and ($dimension = '' or v.dimension = $dimension)
  and ($grain = '' or v.grain = $grain)
  and v.period >= $from
  and cast(
    v.period + case v.grain
      when 'M' then interval '1 month'
      when 'Q' then interval '3 months'
      else interval '12 months'
    end as date
  ) <= $until
order by v.grain, v.period, v.breakdown, s.scope_order
