-- Question: how many reports under regional regulations came for 10,000 residents?
-- Grain: region, source of the reports, quarter.
-- Formula: reports / population of the year; of a year all its reports over its residents once.
-- Caveat: a quarter without any report on file is unknown and not zero. Reports that the office of another
-- regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.20, S3.1b, N0, N3
with quarters as (
  select
    region_code,
    source_id,
    cast(date_trunc('quarter', ts_report) as date) as period,
    count(*) as reports
  from core.perda_report
  group by region_code, source_id, cast(date_trunc('quarter', ts_report) as date)
)
select
  y.region_code,
  e.counted_with as source_id,
  'perda_report' as theme,
  'Q' as grain,
  y.period,
  sum(y.reports) as numerator,
  cast(null as double) as denominator,
  case
    when count(e.elsewhere) > 0
      then concat('filed_elsewhere: ', string_agg(distinct e.elsewhere, ' ' order by e.elsewhere))
  end as flag
from quarters y
join core.event_sources e
  on e.dataset = 'perda_report'
  and e.region_code = y.region_code
  and e.source_id = y.source_id
  and e.grain = 'Q'
  and e.period = y.period
group by y.region_code, e.counted_with, y.period
union all
select
  p.region_code,
  p.source_id,
  'population' as theme,
  'Q' as grain,
  q.period,
  cast(null as bigint) as numerator,
  p.pop_mid as denominator,
  cast(null as varchar) as flag
from core.population p
join (select distinct region_code, period from quarters) q
  on q.region_code = p.region_code and date_part('year', q.period) = p.year
