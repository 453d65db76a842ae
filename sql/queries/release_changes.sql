-- Question: which values of a release ($from) are others in the next ($to), and which have none any
--   more?
-- Grain: indicator, region, grain, period, breakdown; those without a value first.
-- Values that agree to nine digits are one value, as in ops.release_changes.
with earlier as (
  select * from indicators.all_releases where release_id = $from
),
later as (
  select * from indicators.all_releases where release_id = $to
)
select
  coalesce(a.indicator_id, b.indicator_id) as indicator_id,
  coalesce(a.region_code, b.region_code) as region_code,
  coalesce(a.grain, b.grain) as grain,
  coalesce(a.period, b.period) as period,
  coalesce(a.breakdown, b.breakdown) as breakdown,
  a.value as value_from,
  b.value as value_to,
  coalesce(b.state, 'gone') as state_to,
  b.flags
from earlier a
full join later b
  on a.indicator_id = b.indicator_id
  and a.region_code = b.region_code
  and a.grain = b.grain
  and a.period = b.period
  and a.breakdown = b.breakdown
left join (select distinct scope_code, scope_order from ref.scope) s
  on s.scope_code = coalesce(a.region_code, b.region_code)
where coalesce(
  abs(a.value - b.value) > 1e-9 * greatest(abs(a.value), abs(b.value)),
  (a.value is null) <> (b.value is null)
)
order by
  case when b.value is null then 0 else 1 end, coalesce(a.indicator_id, b.indicator_id),
  coalesce(a.period, b.period), coalesce(a.grain, b.grain), s.scope_order,
  coalesce(a.region_code, b.region_code), coalesce(a.breakdown, b.breakdown)
