-- Question: which numbers moved from the release before to this one ($release)?
-- Grain: indicator, region, grain, period, breakdown.
select
  c.release_from,
  c.indicator_id,
  c.region_code,
  c.breakdown,
  c.grain,
  cast(c.period as varchar) as first_day,
  c.value_from,
  c.value_to,
  c.state_from,
  c.state_to,
  c.change,
  c.files
from ops.release_changes c
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = c.region_code
where c.release_to = $release
order by
  case c.change when 'moved' then 1 when 'state' then 2 when 'gone' then 3 else 4 end,
  c.indicator_id, s.scope_order, c.region_code, c.grain, c.period, c.breakdown
