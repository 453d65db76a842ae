-- Question: which share of respondents was satisfied?
-- Grain: region, source, quarter.
-- Formula: satisfied / respondents, of both markets: one of them is not all visitors.
-- Caveat: fewer than 30 respondents give no value.
-- Rules: sql/README.md S3.1b
select
  region_code,
  source_id,
  'survey' as theme,
  period_type as grain,
  period_quarter as period,
  case when n_resp >= 30 and missing is null then n_satisfied end as numerator,
  case when n_resp >= 30 and missing is null then n_resp end as denominator,
  case
    when n_resp < 30 then 'suppressed'
    when missing is not null then 'incomplete'
  end as state,
  case
    when n_resp < 30 then 'fewer_than_30_respondents'
    when missing is not null then concat('missing: ', missing)
  end as flag
from core.survey_totals
