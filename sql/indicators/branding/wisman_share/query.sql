-- Question: which share of visits is by foreign visitors?
-- Grain: region, source, month or year.
-- Formula: visits by wisman / visits by wisman and wisnus of one source.
-- Caveat: a market that was not filed is not zero, so one market, or a total, gives no share.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  case when split_missing is null then wisman end as numerator,
  split as denominator,
  case when split_missing is not null then 'incomplete' end as state,
  case
    when split_missing is not null
      then concat('missing: ', split_missing, ' (has ', filed_markets, ')')
  end as flag
from core.flow_totals
where measure = 'visits'
