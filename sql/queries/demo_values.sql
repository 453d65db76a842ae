-- Question: which values say most about each indicator: those of the period that has the most values,
--   of such periods the longest, of these the newest?
-- Grain: indicator, region.
with periods as (
  select indicator_id, grain, period, count(value) as filled
  from indicators.values
  where breakdown = ''
  group by indicator_id, grain, period
),
ranked_periods as (
  select
    indicator_id,
    grain,
    period,
    row_number() over (
      partition by indicator_id
      order by filled desc, case grain when 'Y' then 1 when 'Q' then 2 else 3 end, period desc
    ) as place
  from periods
)
select
  v.indicator_id,
  v.grain,
  cast(v.period as varchar) as period,
  v.region_code,
  v.value,
  v.state,
  v.regions_present,
  v.regions_expected,
  v.periods_present,
  v.periods_expected,
  strpos(concat(', ', coalesce(v.flags, ''), ','), ', synthetic,') > 0 as is_synthetic
from indicators.values v
join ranked_periods r
  on r.indicator_id = v.indicator_id
  and r.grain = v.grain
  and r.period = v.period
  and r.place = 1
where v.breakdown = ''
order by v.dimension, v.indicator_id, v.region_code
