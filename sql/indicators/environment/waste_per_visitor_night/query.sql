-- Question: how much tourist waste is weighed for each guest-night?
-- Grain: region, source of each theme, month.
-- Formula: tonnes from hotels, restaurants and attractions / guest-nights.
-- Caveat: a source that weighs no load of these classes in a year does not tell them apart: that is
-- no zero.
select
  region_code,
  source_id,
  concat('weighbridge:', facility_id) as theme,
  'M' as grain,
  period,
  sum(case when not tells_tourist then null when is_tourist then net_ton else 0 end) as numerator,
  cast(null as double) as denominator,
  case when not bool_and(tells_tourist) then 'incomplete' end as state,
  case when not bool_and(tells_tourist) then 'missing_class: hotel_resto attraction' end as flag,
  cast(null as varchar) as basis
from core.weighbridge_months
group by region_code, source_id, facility_id, period
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
  end as flag,
  basis
from core.accommodation_totals
