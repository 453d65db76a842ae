-- Question: how far are the programmes at the end of the year ($year; $region: a region; an empty
--   text and CORR ask of all)?
-- Grain: region, programme; flags say that its reports are made up. Of one that did not report in the
--   year not_reported_since is the day of its last report, and its state is that of this day.
with made_up as (
  select distinct r.region_code, r.program_id
  from core.quick_win r
  join ref.source o on o.code = r.source_id and o.synthetic
  where r.is_headline and date_part('year', r.report_date) <= $year
)
select
  w.region_code,
  w.program_id,
  w.program_title,
  w.kind,
  w.dimension,
  w.milestones,
  w.milestones_done,
  w.milestones_without_evidence,
  w.progress_percent,
  w.plan_percent,
  w.schedule_performance_index,
  w.status,
  w.obstacles,
  w.report_date,
  case when not w.is_reported then w.report_date end as not_reported_since,
  case when m.program_id is not null then 'synthetic' end as flags
from indicators.quick_wins w
left join made_up m on m.region_code = w.region_code and m.program_id = w.program_id
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = w.region_code
where w.year = $year and ($region in ('', 'CORR') or w.region_code = $region)
order by s.scope_order, w.region_code, w.program_id
