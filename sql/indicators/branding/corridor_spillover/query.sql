-- Question: which share of those who enter at Baubau goes on to Wakatobi?
-- Grain: source, quarter, for the corridor only.
-- Caveat: fewer than 30 respondents give no value.
with quarters as (
  select
    entry_region as region_code,
    source_id,
    period_type,
    period_quarter,
    min(n_resp) filter (where visited_region = '*') as respondents,
    sum(est_visitors) filter (where visited_region = '7407') as onward,
    sum(est_visitors) filter (where visited_region = '*') as everyone
  from core.visitor_onward
  where entry_region = '7472'
  group by entry_region, source_id, period_type, period_quarter
)
select
  region_code,
  source_id,
  'onward' as theme,
  'CORR' as scope_code,
  period_type as grain,
  period_quarter as period,
  case when respondents >= 30 then onward end as numerator,
  case when respondents >= 30 then everyone end as denominator,
  case
    when respondents < 30 then 'suppressed'
    when respondents is null or onward is null then 'incomplete'
  end as state,
  case
    when respondents < 30 then 'fewer_than_30_respondents'
    when respondents is null then 'missing: everyone sampled'
    when onward is null then 'missing: 7407'
  end as flag
from quarters
