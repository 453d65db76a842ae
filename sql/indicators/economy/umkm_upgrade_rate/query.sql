-- Question: which share of businesses moved up in scale within a year?
-- Grain: region, year.
-- Formula: active on 31 December of both years and larger in the second / active on both.
with december_businesses as (
  select
    region_code,
    umkm_id,
    period,
    case scale when 'mikro' then 1 when 'kecil' then 2 else 3 end as step
  from core.businesses
  where date_part('month', period) = 12
)
select
  t.region_code,
  'Y' as grain,
  cast(date_trunc('year', t.period) as date) as period,
  sum(case when t.step > y.step then 1 else 0 end) as numerator,
  count(*) as denominator
from december_businesses t
join december_businesses y
  on y.region_code = t.region_code
  and y.umkm_id = t.umkm_id
  and y.period = cast(t.period - interval '12 months' as date)
group by t.region_code, t.period
