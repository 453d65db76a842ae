-- Question: what does a visitor spend?
-- Grain: region, quarter.
-- Caveat: fewer than 30 respondents give no value.
select
  region_code,
  period_type as grain,
  period_quarter as period,
  case when sum(n_resp) >= 30 then sum(spend_rp_sum) end as numerator,
  case when sum(n_resp) >= 30 then sum(n_resp) end as denominator,
  case when sum(n_resp) < 30 then 'suppressed' end as state,
  case when sum(n_resp) < 30 then 'fewer_than_30_respondents' end as flag
from core.visitor_survey
where is_headline and spend_rp_sum is not null
group by region_code, period_type, period_quarter
