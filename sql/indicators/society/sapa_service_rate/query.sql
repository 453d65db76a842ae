-- Question: which share of the victims of violence was given a service?
-- Grain: region, source, year; no shorter period is published.
-- Formula: victims with a service / victims.
-- Caveat: cases that the office of another regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.20, S3.1b, S3.4, N0, N3
with years as (
  select
    c.region_code,
    c.source_id,
    max(e.source_id) as elsewhere,
    make_date(date_part('year', c.month_reported), 1, 1) as period,
    sum(case when c.service_given then c.n_victims else 0 end) as served,
    sum(c.n_victims) as victims
  from core.sapa_case c
  left join core.offices_elsewhere e
    on e.region_code = c.region_code and e.source_id = c.source_id
  group by c.region_code, c.source_id, date_part('year', c.month_reported)
)
select
  y.region_code,
  coalesce(o.source_id, y.source_id) as source_id,
  'sapa_case' as theme,
  'Y' as grain,
  y.period,
  sum(y.served) as numerator,
  sum(y.victims) as denominator,
  case
    when count(y.elsewhere) > 0
      then concat('filed_elsewhere: ', string_agg(distinct y.elsewhere, ' ' order by y.elsewhere))
  end as flag
from years y
left join years o
  on y.elsewhere is not null and o.elsewhere is null and o.region_code = y.region_code and o.period = y.period
group by y.region_code, coalesce(o.source_id, y.source_id), y.period
