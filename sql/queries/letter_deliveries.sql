-- Question: which deliveries of an office ($office) that are due by the end of a month ($month, its
--   first day) are late, missing or odd?
-- Grain: delivery (dataset x region x period); those that came within a year, the first 500.
select
  dataset,
  coalesce(region_code, '') as region_code,
  cadence,
  period,
  due_on,
  state
from ops.expectations
where source_id = $office
  and state not in ('on_time', 'pending')
  and due_on < cast($month as date) + interval '1 month'
  and (state = 'missing' or due_on >= cast($month as date) - interval '11 months')
order by state, dataset, region_code, period
limit 500
