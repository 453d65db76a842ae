-- Question: which obstacles do the programmes report at the end of the year ($year; $region: a
--   region; an empty text and CORR ask of all), and how many for longer than the parameter says?
-- Grain: region, obstacle; flags say that some of the reports are made up.  An obstacle is open since
--   the first of the reports in a row that name it.  Of programmes that did not report in the year
--   (not_reported) those count whose milestone was neither reached nor stopped.
with reports as (
  select
    r.region_code,
    r.program_id,
    r.milestone_id,
    r.report_date,
    r.obstacle_code,
    r.actual_pct < 100 and r.status <> 'stopped' as is_unfinished,
    coalesce(o.synthetic, false) as is_made_up
  from core.quick_win r
  left join ref.source o on o.code = r.source_id
  where r.is_headline
    and date_part('year', r.report_date) <= $year
    and ($region in ('', 'CORR') or r.region_code = $region)
),
last_reports as (
  select
    *,
    row_number() over (
      partition by region_code, program_id, milestone_id order by report_date desc
    ) = 1 as is_last
  from reports
),
-- The last report that did not name it.
open_obstacles as (
  select l.region_code, l.program_id, l.milestone_id, l.obstacle_code, l.report_date, max(o.report_date) as free_on
  from last_reports l
  left join reports o
    on o.region_code = l.region_code
    and o.program_id = l.program_id
    and o.milestone_id = l.milestone_id
    and o.report_date < l.report_date
    and coalesce(o.obstacle_code, '') <> l.obstacle_code
  where l.is_last
    and l.obstacle_code is not null
    and (l.is_unfinished or date_part('year', l.report_date) = $year)
  group by l.region_code, l.program_id, l.milestone_id, l.obstacle_code, l.report_date
),
dated_obstacles as (
  select
    b.region_code,
    b.program_id,
    b.milestone_id,
    b.obstacle_code,
    b.report_date,
    min(r.report_date) as open_since,
    bool_or(r.is_made_up) as is_made_up
  from open_obstacles b
  join reports r
    on r.region_code = b.region_code
    and r.program_id = b.program_id
    and r.milestone_id = b.milestone_id
    and r.report_date <= b.report_date
    and (b.free_on is null or r.report_date > b.free_on)
  group by b.region_code, b.program_id, b.milestone_id, b.obstacle_code, b.report_date
)
select
  o.region_code,
  o.obstacle_code,
  count(*) as milestones,
  count(distinct o.program_id) as programs,
  count(distinct case when date_part('year', o.report_date) < $year then o.program_id end) as not_reported,
  count(
    case
      when o.report_date - o.open_since
        > cast(param('obstacle_open_days', o.region_code, o.report_date) as bigint)
        then 1
    end
  ) as open_long,
  min(o.open_since) as open_since,
  case when bool_or(o.is_made_up) then 'synthetic' end as flags
from dated_obstacles o
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = o.region_code
group by o.region_code, o.obstacle_code, s.scope_order
order by s.scope_order, o.region_code, o.obstacle_code
