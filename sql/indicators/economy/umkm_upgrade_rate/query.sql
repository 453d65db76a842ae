-- Question: which share of businesses moved up in scale within a year?
-- Grain: region, source, year.
-- Formula: active on 31 December of both years and larger in the second / active on both.
with december_businesses as (
  select
    b.region_code,
    b.source_id,
    b.umkm_id,
    date_part('year', m.period) as year,
    case b.scale when 'mikro' then 1 when 'kecil' then 2 else 3 end as step
  from core.business_months m
  join core.businesses b
    on b.region_code = m.region_code
    and b.source_id = m.source_id
    and b.is_active
    and b.from_day <= make_date(date_part('year', m.period), 12, 31)
    and (b.until_day is null or b.until_day > make_date(date_part('year', m.period), 12, 31))
  where date_part('month', m.period) = 12
),
compared_businesses as (
  select
    *,
    lag(year) over businesses as year_before,
    lag(step) over businesses as step_before
  from december_businesses
  window businesses as (partition by region_code, source_id, umkm_id order by year)
)
select
  region_code,
  source_id,
  'umkm_register' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  sum(case when step > step_before then 1 else 0 end) as numerator,
  count(*) as denominator
from compared_businesses
where year_before = year - 1
group by region_code, source_id, year
