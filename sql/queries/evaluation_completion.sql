-- Question: how many programmes are done, by dimension, at the end of the year ($year; $region: a
--   region; an empty text and CORR ask of all)?  A ratio of counts, never a mean of ratios; the last
--   row, of no dimension, is all of them.
-- Grain: dimension.
with counted as (
  select
    unnest(make_array(dimension, '')) as dimension,
    status
  from indicators.quick_wins
  where year = $year and ($region in ('', 'CORR') or region_code = $region)
)
select
  dimension,
  count(*) as programs,
  count(case when status = 'done' then 1 end) as done,
  count(case when status = 'on_track' then 1 end) as on_track,
  count(case when status = 'at_risk' then 1 end) as at_risk,
  count(case when status = 'late' then 1 end) as late,
  count(case when status = 'stopped' then 1 end) as stopped,
  count(case when status = 'not_started' then 1 end) as not_started,
  100 * cast(count(case when status = 'done' then 1 end) as double) / count(*) as done_percent
from counted
group by dimension
order by dimension = '', dimension
