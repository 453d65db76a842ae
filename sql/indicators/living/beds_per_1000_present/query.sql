-- Question: how many hospital beds are there for 1,000 people who are present, residents and guests?
-- Grain: region, source of each theme, year.
-- Formula: 1000 x beds / (population + guest-nights of 12 months / days of the year).
-- Caveat: each of the three themes is needed; guest-nights of some months make no year.
-- Rules: sql/README.md N0, N1
select
  region_code,
  source_id,
  'health' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  beds as numerator,
  cast(null as double) as denominator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag,
  cast(null as varchar) as basis
from core.health_year
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
union all
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  case
    when nights_missing is null
      then nights / date_part('doy', make_date(date_part('year', period_month), 12, 31))
  end as denominator,
  case when nights_missing is not null then 'incomplete' end as state,
  case
    when nights_missing is not null then concat('missing_class: ', nights_missing)
    when nights_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
