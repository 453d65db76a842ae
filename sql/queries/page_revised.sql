-- Question: which published values are not what was published first?  A value whose state alone is
--   another is not among them.
-- Grain: indicator, region, breakdown, grain, period.
select
  r.indicator_id,
  r.region_code,
  r.breakdown,
  r.grain,
  cast(r.period as varchar) as first_day,
  r.first_value_release,
  r.first_value,
  r.latest_value
from ops.revisions r
where r.first_value is not null
  and coalesce(
    abs(r.revision) > 1e-9 * greatest(abs(r.latest_value), abs(r.first_value)),
    true
  )
