-- Question: which values are published for an indicator ($indicator), region ($region), grain ($grain)
--   and period ($period), and are they provisional?
-- Grain: breakdown.
select
  v.region_code,
  v.grain,
  v.period,
  v.breakdown,
  v.numerator,
  v.denominator,
  v.value,
  v.state,
  v.coverage,
  case
    when u.indicator_id is null or v.value is null then v.flags
    else concat_ws(', ', nullif(v.flags, ''), 'provisional')
  end as flags,
  u.indicator_id is not null and v.value is not null as provisional,
  v.sources,
  v.release_id
from indicators.values v
left join indicators.provisional_periods u
  on u.indicator_id = v.indicator_id
  and u.region_code = v.region_code
  and u.grain = v.grain
  and u.period = v.period
where v.indicator_id = $indicator
  and v.region_code = $region
  and v.grain = $grain
  and v.period = $period
order by v.breakdown
