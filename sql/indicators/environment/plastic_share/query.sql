-- Question: which share of the waste is plastic?
-- Grain: region, year.
-- Formula: plastic percent weighted by the tonnage of the year; only sets that sum to 100 +- 0.5.
with compositions as (
  select
    region_code,
    year,
    max(case when component = 'plastik' then pct end) as plastic_pct
  from core.waste_composition
  where is_headline
  group by region_code, year
  having sum(pct) between 99.5 and 100.5
),
yearly_tonnes as (
  select
    region_code,
    date_part('year', period_month) as year,
    coalesce(
      case
        when count(distinct case when period_type = 'M' then period_month end) = 12
          then sum(case when period_type = 'M' then gen_ton end)
      end,
      sum(case when period_type = 'Y' then gen_ton end)
    ) as gen_ton
  from core.waste_arising
  group by region_code, date_part('year', period_month)
)
select
  s.region_code,
  'Y' as grain,
  make_date(s.year, 1, 1) as period,
  s.plastic_pct * t.gen_ton as numerator,
  case when s.plastic_pct is not null then t.gen_ton end as denominator
from compositions s
join yearly_tonnes t on t.region_code = s.region_code and t.year = s.year
