-- Question: which share of the victims of violence was given a service?
-- Grain: region, source, year; no shorter period is published.
-- Formula: victims with a service / victims.
-- Caveat: cases that the office of another regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.20, S3.1b, S3.4, N0, N3
with years as (
  select
    region_code,
    source_id,
    make_date(date_part('year', month_reported), 1, 1) as period,
    sum(case when service_given then n_victims else 0 end) as served,
    sum(n_victims) as victims
  from core.sapa_case
  group by region_code, source_id, date_part('year', month_reported)
)
select
  y.region_code,
  e.counted_with as source_id,
  'sapa_case' as theme,
  'Y' as grain,
  y.period,
  sum(y.served) as numerator,
  sum(y.victims) as denominator,
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
  and e.period = y.period
group by y.region_code, e.counted_with, y.period
