-- How far is each programme of Buku IV at the end of a year?
-- One row a region, programme and year from its first report on, up to the last year that any programme
-- reported of or that has values: of each milestone the last report by then. One that reports no more
-- keeps the state that was last reported (is_reported false, report_date its last day).
-- Progress and plan are means weighted by the milestones; SPI is progress over plan. All three are to
-- nine decimals, so that the last bit of a fraction decides no status.
-- A milestone at 100 without evidence counts as the parameter says. Done: all milestones are at 100
-- with evidence. Due: done, or all milestones were planned to be at 100. Stopped: a milestone is, and
-- none was reported for the first time since.
-- Rules: sql/README.md S5.4
with reports as (
  select *, cast(date_part('year', report_date) as bigint) as report_year
  from core.quick_win
  where is_headline
),
years as (
  select report_year as year from reports
  union
  select cast(date_part('year', period) as bigint) as year from indicators.values where grain = 'Y'
),
program_years as (
  select p.region_code, p.program_id, y.year
  from (
    select region_code, program_id, min(report_year) as first_year from reports group by region_code, program_id
  ) p
  join years y on y.year >= p.first_year
),
milestone_reports as (
  select
    y.year,
    r.*,
    min(r.report_date) over milestone_by_year as first_report,
    row_number() over (
      partition by y.year, r.region_code, r.program_id, r.milestone_id order by r.report_date desc
    ) = 1 as is_last
  from program_years y
  join reports r
    on r.region_code = y.region_code
    and r.program_id = y.program_id
    and r.report_year <= y.year
  window milestone_by_year as (partition by y.year, r.region_code, r.program_id, r.milestone_id)
),
stops as (
  select year, region_code, program_id, milestone_id, min(report_date) as stopped_on
  from milestone_reports
  where status = 'stopped'
  group by year, region_code, program_id, milestone_id
),
milestones as (
  select
    m.*,
    s.stopped_on,
    cast(m.weight as double) as share,
    case
      when m.actual_pct >= 100 and m.evidence_url is null
        then least(
          cast(m.actual_pct as double),
          cast(param('evidence_cap_percent', m.region_code, m.report_date) as double)
        )
      else cast(m.actual_pct as double)
    end as counted_percent,
    m.actual_pct >= 100 and m.evidence_url is not null as is_done
  from milestone_reports m
  left join stops s
    on s.year = m.year
    and s.region_code = m.region_code
    and s.program_id = m.program_id
    and s.milestone_id = m.milestone_id
  where m.is_last
),
programs as (
  select
    region_code,
    year,
    program_id,
    max(program_title) as program_title,
    max(kind) as kind,
    -- As program_completion_rate has it.
    min(dimension) as dimension,
    max(report_date) as report_date,
    count(*) as milestones,
    count(case when is_done then 1 end) as milestones_done,
    count(case when actual_pct >= 100 and evidence_url is null then 1 end) as milestones_without_evidence,
    bool_and(planned_pct >= 100) as is_planned_to_be_done,
    sum(share) as shares,
    sum(share * counted_percent) as counted_shares,
    sum(share * cast(planned_pct as double)) as planned_shares,
    max(case when status = 'stopped' then stopped_on end) as stopped_on,
    max(first_report) as newest_milestone_on,
    max(case when status = 'stopped' then first_report end) as stopped_milestone_on,
    string_agg(distinct obstacle_code, ', ' order by obstacle_code) as obstacles
  from milestones
  group by region_code, year, program_id
),
indexed as (
  select
    *,
    round(counted_shares / shares, 9) as progress_percent,
    round(planned_shares / shares, 9) as plan_percent,
    round(counted_shares / nullif(planned_shares, 0), 9) as schedule_performance_index
  from programs
)
select
  region_code,
  year,
  program_id,
  program_title,
  kind,
  dimension,
  report_date,
  date_part('year', report_date) = year as is_reported,
  milestones_done = milestones or is_planned_to_be_done as is_due,
  milestones,
  milestones_done,
  milestones_without_evidence,
  progress_percent,
  plan_percent,
  schedule_performance_index,
  case
    when milestones_done = milestones then 'done'
    -- What is reported for the first time with the stop, or after it, is in its place.
    when stopped_on is not null
      and (newest_milestone_on < stopped_on or newest_milestone_on <= stopped_milestone_on)
      then 'stopped'
    when schedule_performance_index is null and progress_percent = 0 then 'not_started'
    when schedule_performance_index is null
      or schedule_performance_index >= cast(param('spi_on_track', region_code, report_date) as double)
      then 'on_track'
    when schedule_performance_index >= cast(param('spi_at_risk', region_code, report_date) as double)
      then 'at_risk'
    else 'late'
  end as status,
  obstacles
from indexed
