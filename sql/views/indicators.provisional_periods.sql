-- Which published periods rest on rows that their source calls provisional or estimated?
-- One row an indicator, region (CORR: corridor), grain and period; of rows of the headline source. A
-- longer period is provisional where one that it is made of is. The one place for it: pages, extracts
-- and explanations read it. Registers, events and tickets have no status of their own.
-- Rules: sql/README.md S3.6
with unsettled_rows as (
  select slice_id from core.visitor_flow where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.visitor_survey where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.visitor_onward where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.accommodation_month where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.transport_service where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.transport_movement where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.waste_generation where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.waste_handling where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.waste_composition where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.finance_month where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.umkm_turnover where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.regional_finance where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.health_year where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.spbe_index where obs_status in ('provisional', 'very_provisional', 'estimated')
  union all
  select slice_id from core.smartcity_eval where obs_status in ('provisional', 'very_provisional', 'estimated')
),
unsettled_slices as (
  select distinct c.dataset, c.slice_region, c.period, c.period_type
  from ops.current_slices c
  join (select distinct slice_id from unsettled_rows) u on u.slice_id = c.slice_id
  where c.is_headline
)
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
