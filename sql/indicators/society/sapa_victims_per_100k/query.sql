-- Question: how many victims of violence were reported for 100,000 residents?
-- Grain: region, source of the cases, year; no shorter period is published.
-- Formula: victims / population of the year.
-- Caveat: victims and not cases; a year without any case on file is unknown and not zero.
-- Rules: sql/README.md S1.20, S3.4, N0, N3
with years as (
  select
    region_code,
    source_id,
    date_part('year', month_reported) as year,
    sum(n_victims) as victims
  from core.sapa_case
  group by region_code, source_id, date_part('year', month_reported)
)
select
  region_code,
  source_id,
  'sapa_case' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  victims as numerator,
  cast(null as double) as denominator
from years
union all
select
  p.region_code,
  p.source_id,
  'population' as theme,
  'Y' as grain,
  make_date(p.year, 1, 1) as period,
  cast(null as bigint) as numerator,
  p.pop_mid as denominator
from core.population p
join (select distinct region_code, year from years) y on y.region_code = p.region_code and y.year = p.year
