-- Question: which share of the victims of violence was given a service?
-- Grain: region, source, year; no shorter period is published.
-- Formula: victims with a service / victims.
-- Rules: sql/README.md S1.20, S3.4, N0, N3
select
  region_code,
  source_id,
  'sapa_case' as theme,
  'Y' as grain,
  make_date(date_part('year', month_reported), 1, 1) as period,
  sum(case when service_given then n_victims else 0 end) as numerator,
  sum(n_victims) as denominator
from core.sapa_case
group by region_code, source_id, date_part('year', month_reported)
