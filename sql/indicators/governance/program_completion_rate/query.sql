-- Question: which share of the programmes that were to be done by now is done, with evidence?
-- Grain: region, source, quarter; breakdown by dimension.
-- Formula: programmes of which all milestones are done with evidence / programmes planned to be done.
-- Caveat: the last report of each milestone until the end of the quarter counts, for quarters in
-- which the source reports; the year is its last quarter.
-- Rules: sql/README.md S5.4, N0
with quarters as (
  select distinct region_code, source_id, date_trunc('quarter', report_date) as quarter from core.quick_win
),
ranked_reports as (
  select
    w.*,
    q.quarter,
    row_number() over (
      partition by w.region_code, w.source_id, w.program_id, w.milestone_id, q.quarter
      order by w.report_date desc
    ) as place
  from core.quick_win w
  join quarters q
    on q.region_code = w.region_code
    and q.source_id = w.source_id
    and w.report_date < q.quarter + interval '3 months'
),
programs as (
  select
    region_code,
    source_id,
    cast(quarter as date) as period,
    program_id,
    min(dimension) as dimension,
    bool_and(actual_pct = 100 and evidence_url is not null) as is_done,
    bool_and(planned_pct = 100) as is_due
  from ranked_reports
  where place = 1
  group by region_code, source_id, cast(quarter as date), program_id
),
spread_programs as (
  select *, unnest(make_array('', dimension)) as breakdown from programs
)
select
  region_code,
  source_id,
  'quick_win' as theme,
  'Q' as grain,
  period,
  breakdown,
  sum(case when is_done then 1 else 0 end) as numerator,
  sum(case when is_done or is_due then 1 else 0 end) as denominator
from spread_programs
group by region_code, source_id, period, breakdown
