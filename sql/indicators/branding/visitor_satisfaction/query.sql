-- Question: which share of respondents was satisfied?
-- Grain: region, source, quarter.
-- Caveat: fewer than 30 respondents give no value.
select
  region_code,
  source_id,
  'survey' as theme,
  period_type as grain,
  period_quarter as period,
  case when sum(n_resp) >= 30 then sum(n_satisfied) end as numerator,
  case when sum(n_resp) >= 30 then sum(n_resp) end as denominator,
  case when sum(n_resp) < 30 then 'suppressed' end as state,
  case when sum(n_resp) < 30 then 'fewer_than_30_respondents' end as flag
from core.visitor_survey
group by region_code, source_id, period_type, period_quarter
