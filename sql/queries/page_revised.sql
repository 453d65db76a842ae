-- Question: which published values are not what was published first?
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
where r.is_revised and r.first_value is not null
