-- Question: how many victims of violence were reported for 100,000 residents?
-- Grain: region, source of the cases, year; no shorter period is published.
-- Formula: victims / population of the year.
-- Caveat: victims and not cases; a year without any case on file is unknown and not zero. Cases that the
-- office of another regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.20, S3.1b, S3.4, N0, N3
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
  y.region_code,
  e.counted_with as source_id,
  'sapa_case' as theme,
  'Y' as grain,
  make_date(y.year, 1, 1) as period,
  sum(y.victims) as numerator,
  cast(null as double) as denominator,
  case
    when count(e.elsewhere) > 0
      then concat('filed_elsewhere: ', string_agg(distinct e.elsewhere, ' ' order by e.elsewhere))
  end as flag
from years y
join core.event_sources e
  on e.dataset = 'sapa_case'
  and e.region_code = y.region_code
  and e.source_id = y.source_id
  and e.grain = 'Y'
  and e.period = make_date(y.year, 1, 1)
group by y.region_code, e.counted_with, y.year
union all
select
  p.region_code,
  p.source_id,
  'population' as theme,
  'Y' as grain,
  make_date(p.year, 1, 1) as period,
  cast(null as bigint) as numerator,
  p.pop_mid as denominator,
  cast(null as varchar) as flag
from core.population p
join (select distinct region_code, year from years) y on y.region_code = p.region_code and y.year = p.year
