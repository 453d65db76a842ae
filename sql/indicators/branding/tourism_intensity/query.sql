-- Question: how many guest-nights are there for each resident?
-- Grain: region, source of each theme, year.
-- Formula: guest-nights of 12 months / population of the year.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  case when nights_missing is null then nights end as numerator,
  cast(null as double) as denominator,
  case when nights_missing is not null then 'incomplete' end as state,
  case
    when nights_missing is not null then concat('missing_class: ', nights_missing)
    when nights_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
union all
select
  region_code,
  source_id,
  'population' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  cast(null as double) as numerator,
  pop_mid as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag,
  cast(null as varchar) as basis
from core.population
