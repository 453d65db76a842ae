-- Question: how many times a resident's daily waste does a visitor-night leave?
-- Grain: region, source of each theme, month; members: tourist waste with guest-nights, resident waste
-- with person-days.
-- Caveat: a source that weighs no load of these classes in a year does not tell them apart: that is
-- no zero.
select
  region_code,
  source_id,
  concat('weighbridge:', facility_id) as theme,
  'M' as grain,
  period,
  unnest(make_array('tourist', 'resident')) as member,
  unnest(
    make_array(
      sum(case when not tells_tourist then null when is_tourist then net_ton else 0 end),
      sum(case when not tells_tourist then null when is_tourist then 0 else net_ton end)
    )
  ) as numerator,
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
  'M' as grain,
  period_month as period,
  'tourist' as member,
  cast(null as double) as numerator,
  case when nights_missing is null then nights end as denominator,
  case when nights_missing is not null then 'incomplete' end as state,
  case
    when nights_missing is not null then concat('missing_class: ', nights_missing)
    when nights_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
where period_type = 'M'
union all
select
  p.region_code,
  p.source_id,
  'population' as theme,
  'M' as grain,
  w.period,
  'resident' as member,
  cast(null as double) as numerator,
  p.pop_mid * date_part('day', w.period + interval '1 month' - interval '1 day') as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag,
  cast(null as varchar) as basis
from core.population p
join (select distinct region_code, period from core.weighbridge_months) w
  on w.region_code = p.region_code and date_part('year', w.period) = p.year
