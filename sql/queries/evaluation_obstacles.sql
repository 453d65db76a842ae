-- Question: which obstacles do the programmes report at the end of the year ($year; $region: a
--   region; an empty text and CORR ask of all), and how many for longer than the parameter says?
-- Grain: region, obstacle; flags say that some of the reports are made up.  An obstacle is open since
--   the first of the reports in a row that name it.
with reports as (
  select
    r.region_code,
    r.program_id,
    r.milestone_id,
    r.report_date,
    r.obstacle_code,
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
  where l.is_last and l.obstacle_code is not null and date_part('year', l.report_date) = $year
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
  region_code,
  obstacle_code,
  count(*) as milestones,
  count(distinct program_id) as programs,
  count(
    case
      when report_date - open_since > cast(param('obstacle_open_days', region_code, report_date) as bigint)
        then 1
    end
  ) as open_long,
  min(open_since) as open_since,
  case when bool_or(is_made_up) then 'synthetic' end as flags
from dated_obstacles
group by region_code, obstacle_code
order by region_code, obstacle_code
