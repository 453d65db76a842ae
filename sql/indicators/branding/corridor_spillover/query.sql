-- Question: which share of those who come in by a regency of entry goes on to the one it is paired with?
-- Grain: regency of entry, source, quarter, for the corridor only.
-- Caveat: fewer than 30 respondents give no value. A corridor without pairs (`transit` of
-- corridor.json) has none.
with quarters as (
  select
    o.entry_region as region_code,
    t.visited_region,
    o.source_id,
    o.period_type,
    o.period_quarter,
    min(o.n_resp) filter (where o.visited_region = '*') as respondents,
    sum(o.est_visitors) filter (where o.visited_region = t.visited_region) as onward,
    sum(o.est_visitors) filter (where o.visited_region = '*') as everyone
  from core.visitor_onward o
  join ref.transit t on t.entry_region = o.entry_region
  group by o.entry_region, t.visited_region, o.source_id, o.period_type, o.period_quarter
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
    when onward is null then concat('missing: ', visited_region)
  end as flag
from quarters
