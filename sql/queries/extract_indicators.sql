-- Question: which values does the extract `indicators` hold ($region: a regency, which brings the
--   corridor's values too, or CORR; $dimension; of periods that lie within the days from $from to
--   before $until)?  An empty text asks of all.
-- Grain: indicator, region, grain, period, breakdown.  A value that rests on provisional rows has the
--   flag `provisional`.
with unsettled_rows as (
  select slice_id from core.visitor_flow where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.accommodation_month
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.transport_service
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.transport_movement
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.waste_generation
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.waste_handling
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.finance_month
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.umkm_turnover
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.regional_finance
  where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.health_year
  where obs_status in ('provisional', 'very_provisional', 'estimated')
),
unsettled_slices as (
  select distinct c.dataset, c.slice_region, c.period, c.period_type
  from ops.current_slices c
  join (select distinct slice_id from unsettled_rows) u on u.slice_id = c.slice_id
  where c.is_headline
),
-- As on the pages: what their source calls provisional or estimated makes its value provisional.
unsettled_periods as (
  select distinct
    d.indicator_id,
    s.scope_code as region_code,
    t.grain,
    t.period
  from unsettled_slices u
  join ref.indicator_dataset d on d.dataset = u.dataset
  left join ref.point p on p.code = split_part(u.slice_region, '-', 2)
  left join ref.point o on o.code = split_part(u.slice_region, '-', 1)
  join ref.scope s on s.region_code = coalesce(p.region_code, o.region_code, u.slice_region)
  join ref.period t on t.from_grain = u.period_type and t.from_period = u.period
)
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
left join unsettled_periods u
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
