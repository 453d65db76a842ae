-- layout: DISKOMINFO_QUICK_WIN
-- most rows: 7680
-- Eight programmes of three milestones a regency, reported at the end of each quarter: 96 rows are a
-- report date, from the last of 2025 back; a milestone is further on at each later report.
with milestones as (
  select
    *,
    n / 4 % 24 / 3 as program,
    n / 4 % 24 % 3 as milestone,
    n / 96 as reports_before
  from work.rows
),
plans as (
  select
    *,
    greatest(
      0,
      100 - case when program < 5 then 0 else 10 * (1 + milestone) end - 18 * reports_before
    ) as planned
  from milestones
),
progress as (
  select
    *,
    -- Not of the draws, which differ by row: progress would fall.
    greatest(0, planned - 4 * ((program * (1 + n % 4) + n % 4 / 2) % 3)) as actual,
    (3 * program + milestone) % 7 <> 3 as has_evidence
  from plans
)
select
  region_code,
  concat('QW-', lpad(cast(program + 1 as varchar), 2, '0')) as program_id,
  concat('Program contoh ', cast(program + 1 as varchar)) as program_title,
  concat('M', cast(milestone + 1 as varchar)) as milestone_id,
  make_date(
    cast(2026 - (3 * reports_before + 11) / 12 as int),
    cast(1 + (12 - 3 * reports_before % 12) % 12 as int),
    1
  ) - interval '1 day' as report_date,
  make_array(
    'governance', 'branding', 'economy', 'living', 'society', 'environment'
  )[1 + program % 6] as dimension,
  case when program < 6 then 'quick_win' else 'roadmap' end as kind,
  cast(1 + milestone as decimal(9, 4)) as weight,
  cast(planned as decimal(5, 2)) as planned_pct,
  cast(actual as decimal(5, 2)) as actual_pct,
  case
    when actual = 100 and has_evidence then 'done'
    when actual > 0 then 'running'
    else 'not_started'
  end as status,
  case
    when actual = 100 and has_evidence then concat('https://contoh.invalid/bukti/', cast(n as varchar))
  end as evidence_url,
  case
    when actual < planned
      then make_array(
        'kebijakan', 'kelembagaan', 'infrastruktur', 'anggaran', 'sdm', 'data'
      )[1 + (program + milestone + n % 4) % 6]
  end as obstacle_code
from progress
