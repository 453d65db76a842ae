-- Question: what does a visitor spend?
-- Grain: region, source, quarter.
-- Formula: spending / respondents of the markets that file spending; one that was surveyed and files
-- none is left out of both and named, one that was not surveyed is missing.
-- Caveat: fewer than 30 respondents give no value.
-- Rules: sql/README.md S3.1b
select
  region_code,
  source_id,
  'survey' as theme,
  period_type as grain,
  period_quarter as period,
  case when spend_resp >= 30 and missing is null then spend_rp end as numerator,
  case when spend_resp >= 30 and missing is null then spend_resp end as denominator,
  case
    when spend_rp is null then 'incomplete'
    when spend_resp < 30 then 'suppressed'
    when missing is not null then 'incomplete'
  end as state,
  case
    when spend_rp is null then 'missing: spend_rp_sum'
    when spend_resp < 30 then 'fewer_than_30_respondents'
    when missing is not null then concat('missing: ', missing)
    when without_spending is not null then concat('left_out: ', without_spending)
  end as flag,
  spend_basis as basis
from core.survey_totals
