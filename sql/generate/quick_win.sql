-- layout: DISKOMINFO_QUICK_WIN
-- most rows: 7680
-- Eight programmes of three milestones a regency, reported at the end of each quarter: 96 rows are a
-- report date, from the last of 2025 back; a milestone is further on at each later report.
with milestones as (
  select
    *,
    n / 4 % 24 as number,
    n / 96 as reports_before
  from work.rows
),
progress as (
  select
    *,
    number / 3 as program,
    number % 3 as milestone,
    greatest(0, 100 - 12 * (number % 3) - 6 * reports_before) as planned,
    -- The draws differ by row, so progress depends on the numbers alone and does not fall.
    greatest(0, 100 - 14 * (number % 3) - 7 * reports_before - 3 * ((number + n % 4) % 5)) as actual
  from milestones
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
  make_array('governance', 'branding', 'economy', 'living', 'society', 'environment')[1 + program % 6] as dimension,
  case when program < 6 then 'quick_win' else 'roadmap' end as kind,
  cast(1 + milestone as decimal(9, 4)) as weight,
  cast(planned as decimal(5, 2)) as planned_pct,
  cast(actual as decimal(5, 2)) as actual_pct,
  case
    when actual = 100 and number % 4 <> 3 then 'done'
    when actual > 0 then 'running'
    else 'not_started'
  end as status,
  case
    when actual = 100 and number % 4 <> 3 then concat('https://contoh.invalid/bukti/', cast(n as varchar))
  end as evidence_url,
  case
    when actual < planned
      then make_array('kebijakan', 'kelembagaan', 'infrastruktur', 'anggaran', 'sdm', 'data')[1 + (number + n % 4) % 6]
  end as obstacle_code
from progress
