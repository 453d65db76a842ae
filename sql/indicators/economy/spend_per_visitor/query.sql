-- Question: what does a visitor spend?
-- Grain: region, source, quarter.
-- Formula: spending / respondents of the markets that file spending; the others are left out of both
-- and named.
-- Caveat: fewer than 30 respondents give no value.
with quarters as (
  select
    region_code,
    source_id,
    period_type,
    period_quarter,
    sum(spend_rp_sum) as spend_rp,
    coalesce(sum(case when spend_rp_sum is not null then n_resp end), 0) as respondents,
    string_agg(case when spend_rp_sum is null then market end, ' ' order by market) as left_out
  from core.visitor_survey
  group by region_code, source_id, period_type, period_quarter
)
select
  region_code,
  source_id,
  'survey' as theme,
  period_type as grain,
  period_quarter as period,
  case when respondents >= 30 then spend_rp end as numerator,
  case when respondents >= 30 then respondents end as denominator,
  case
    when spend_rp is null then 'incomplete'
    when respondents < 30 then 'suppressed'
  end as state,
  case
    when spend_rp is null then 'missing: spend_rp_sum'
    when respondents < 30 then 'fewer_than_30_respondents'
    when left_out is not null then concat('left_out: ', left_out)
  end as flag
from quarters
