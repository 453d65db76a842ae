-- Question: which share of those who enter at Baubau goes on to Wakatobi?
-- Grain: quarter, for the corridor only.
-- Caveat: fewer than 30 respondents give no value.
select
  entry_region as region_code,
  'CORR' as scope_code,
  period_type as grain,
  period_quarter as period,
  case
    when min(n_resp) filter (where visited_region = '*') >= 30
      then sum(est_visitors) filter (where visited_region = '7407')
  end as numerator,
  case
    when min(n_resp) filter (where visited_region = '*') >= 30
      then sum(est_visitors) filter (where visited_region = '*')
  end as denominator,
  case when min(n_resp) filter (where visited_region = '*') < 30 then 'suppressed' end as state,
  case
    when min(n_resp) filter (where visited_region = '*') < 30 then 'fewer_than_30_respondents'
  end as flag
from core.visitor_onward
where is_headline and entry_region = '7472'
group by entry_region, period_type, period_quarter
