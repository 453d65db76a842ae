-- Question: how much tourist waste is weighed for each guest-night?
-- Grain: region, source of each theme, month.
-- Formula: tonnes from hotels, restaurants and attractions / guest-nights.
-- Caveat: a source that weighs no load of these classes in a year does not tell them apart: that is
-- no zero.
with loads as (
  select *, source_class in ('hotel_resto', 'attraction') as is_tourist from core.weighbridge_months
),
filed_classes as (
  select
    region_code,
    source_id,
    date_part('year', period) as year,
    bool_or(is_tourist) as has_tourist
  from loads
  group by region_code, source_id, date_part('year', period)
)
select
  w.region_code,
  w.source_id,
  concat('weighbridge:', w.facility_id) as theme,
  'M' as grain,
  w.period,
  sum(case when not f.has_tourist then null when w.is_tourist then w.net_ton else 0 end) as numerator,
  cast(null as double) as denominator,
  case when not bool_and(f.has_tourist) then 'incomplete' end as state,
  case when not bool_and(f.has_tourist) then 'missing_class: hotel_resto attraction' end as flag
from loads w
join filed_classes f
  on f.region_code = w.region_code and f.source_id = w.source_id and f.year = date_part('year', w.period)
group by w.region_code, w.source_id, w.facility_id, w.period
union all
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  case when nights_missing is null then nights end as denominator,
  case when nights_missing is not null then 'incomplete' end as state,
  case
    when nights_missing is not null then concat('missing_class: ', nights_missing)
    when nights_blank > 0 then 'blank_as_zero'
  end as flag
from core.accommodation_totals
