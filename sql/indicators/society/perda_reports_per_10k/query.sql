-- Question: how many reports under regional regulations came for 10,000 residents?
-- Grain: region, source of the reports, quarter.
-- Formula: reports / population of the year; of a year all its reports over its residents once.
-- Caveat: a quarter without any report on file is unknown and not zero.
-- Rules: sql/README.md S1.20, N0, N3
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
  region_code,
  source_id,
  'perda_report' as theme,
  'Q' as grain,
  period,
  reports as numerator,
  cast(null as double) as denominator
from quarters
union all
select
  p.region_code,
  p.source_id,
  'population' as theme,
  'Q' as grain,
  q.period,
  cast(null as bigint) as numerator,
  p.pop_mid as denominator
from core.population p
join (select distinct region_code, period from quarters) q
  on q.region_code = p.region_code and date_part('year', q.period) = p.year
