-- Question: which share of visits is by foreign visitors?
-- Grain: region, source, month or year.
-- Formula: visits by wisman / visits by wisman and wisnus of one source.
-- Of points that file a total alone the markets are not known: they are left out of both, and the flag
-- says so.
-- Caveat: a market that was not filed is not zero, so one market, or a total, gives no share.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  split_wisman as numerator,
  split as denominator,
  case when split_missing is not null then 'incomplete' end as state,
  case
    when split_missing is not null
      then concat('missing: ', split_missing, ' (has ', filed_markets, ')')
    when is_split_in_part then 'left_out: total'
  end as flag,
  split_basis as basis
from core.flow_totals
where measure = 'visits'
