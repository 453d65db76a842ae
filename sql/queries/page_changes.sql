-- Question: how much did each published value change against the same period a year before?
-- Grain: indicator, region, breakdown, grain, period.
select
  c.indicator_id,
  c.region_code,
  c.breakdown,
  c.grain,
  cast(c.period as varchar) as first_day,
  c.change,
  c.change_unit
from indicators.changes c
where c.change_kind = 'y-on-y' and c.change is not null
