-- Question: how many programmes are done, by dimension, at the end of the year ($year; $region: a
--   region; an empty text and CORR ask of all), of those that were to be done by then?  A ratio of
--   counts, never a mean of ratios; the last row, of no dimension, is all of them.
-- Grain: dimension; flags say that some of the programmes are made up. Of those that did not report in
--   the year (not_reported) the last known state counts.
-- Rules: sql/README.md S5.4
with made_up as (
  select distinct r.region_code, r.program_id
  from core.quick_win r
  join ref.source o on o.code = r.source_id and o.synthetic
  where r.is_headline and date_part('year', r.report_date) <= $year
),
counted as (
  select
    unnest(make_array(w.dimension, '')) as dimension,
    w.status,
    w.is_due,
    w.is_reported,
    m.program_id is not null as is_made_up
  from indicators.quick_wins w
  left join made_up m on m.region_code = w.region_code and m.program_id = w.program_id
  where w.year = $year and ($region in ('', 'CORR') or w.region_code = $region)
)
select
  dimension,
  count(*) as programs,
  count(case when is_due then 1 end) as due,
  count(case when status = 'done' then 1 end) as done,
  count(case when status = 'on_track' then 1 end) as on_track,
  count(case when status = 'at_risk' then 1 end) as at_risk,
  count(case when status = 'late' then 1 end) as late,
  count(case when status = 'stopped' then 1 end) as stopped,
  count(case when status = 'not_started' then 1 end) as not_started,
  count(case when not is_reported then 1 end) as not_reported,
  100 * cast(count(case when status = 'done' then 1 end) as double)
    / nullif(count(case when is_due then 1 end), 0) as done_percent,
  case when bool_or(is_made_up) then 'synthetic' end as flags
from counted
group by dimension
order by dimension = '', dimension
