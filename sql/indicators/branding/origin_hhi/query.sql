-- Question: on how few source countries does foreign tourism rest?
-- Grain: region, source, month or year, country of residence.
-- Caveat: unknown origin (XXX) is not a market; above 20 % of it there is no value.
select
  region_code,
  source_id,
  'visits' as theme,
  period_type as grain,
  period_month as period,
  origin_code as member,
  sum(visits) as numerator
from core.visitor_counts
where measure = 'visits' and market = 'wisman'
group by region_code, source_id, period_type, period_month, origin_code
