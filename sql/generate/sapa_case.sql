-- layout: DP3A_CASE
-- most rows: 40000
-- Cases of a year, 2,000 a year from 2025 back. Nearly all have one victim; of a third it is known that
-- it occurred in the year before, of the others the month is not told.
with cases as (
  select
    *,
    2025 - n / 2000 as year,
    1 + cast(floor(b * 12) as int) as month
  from work.rows
)
select
  region_code,
  concat('SAPA-', cast(year as varchar), '-', lpad(cast(n % 2000 as varchar), 5, '0')) as case_id,
  make_date(cast(year as int), month, 1) as month_reported,
  case
    when c < 0.35 then make_date(cast(year as int) - 1, 1 + cast(floor(d * 12) as int), 1)
  end as month_occurred,
  case when e < 0.88 then 1 when e < 0.97 then 2 else 3 end as n_victims,
  case when f < 0.6 then '0-17' else '18+' end as age_group,
  case when g < 0.82 then 'P' else 'L' end as sex,
  make_array('physical', 'psychological', 'sexual', 'exploitation', 'trafficking', 'neglect', 'other')[
    1 + cast(floor(h * h * 7) as bigint)
  ] as violence_type,
  a < 0.86 as service_given,
  case
    when a < 0.86
      then make_array('health', 'legal', 'shelter', 'psychosocial')[1 + cast(floor(d * 4) as bigint)]
  end as referral
from cases
