-- Question: how far are the programmes at the end of the year ($year; $region: a region; an empty
--   text and CORR ask of all)?
-- Grain: region, programme.
select
  region_code,
  program_id,
  program_title,
  kind,
  dimension,
  milestones,
  milestones_done,
  milestones_without_evidence,
  progress_percent,
  plan_percent,
  schedule_performance_index,
  status,
  obstacles,
  report_date
from indicators.quick_wins
where year = $year and ($region in ('', 'CORR') or region_code = $region)
order by region_code, program_id
