-- Question: how much of the landfills' design load is used?
-- Grain: region of the facility, source of each theme, month.
-- Formula: weighed tonnes at the operating landfills, whatever their origin / (design load x days).
with landfills as (
  select region_code, source_id, facility_id, year, design_ton_day
  from core.waste_facility
  where type = 'TPA' and operating
),
places as (
  select facility_id, year, max(region_code) as region_code
  from landfills
  group by facility_id, year
),
weighed as (
  select
    f.region_code,
    w.source_id,
    w.facility_id,
    w.period,
    sum(w.net_ton) as net_ton
  from core.weighbridge_months w
  join places f on f.facility_id = w.facility_id and f.year = date_part('year', w.period)
  group by f.region_code, w.source_id, w.facility_id, w.period
)
select
  region_code,
  source_id,
  concat('weighbridge:', facility_id) as theme,
  'M' as grain,
  period,
  net_ton as numerator,
  cast(null as double) as denominator,
  cast(null as varchar) as flag
from weighed
union all
select
  l.region_code,
  l.source_id,
  concat('waste_facility:', l.facility_id) as theme,
  'M' as grain,
  w.period,
  cast(null as double) as numerator,
  l.design_ton_day
    * date_part('day', w.period + interval '1 month' - interval '1 day') as denominator,
  case when f.facility_id is null then concat('missing_place: ', l.facility_id) end as flag
from landfills l
join (select distinct region_code, period from weighed) w
  on w.region_code = l.region_code and date_part('year', w.period) = l.year
left join (select distinct facility_id, period from weighed) f
  on f.facility_id = l.facility_id and f.period = w.period
