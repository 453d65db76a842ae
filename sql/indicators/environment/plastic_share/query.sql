-- Question: which share of the waste is plastic?
-- Grain: region, source of the tonnes, year.
-- Formula: plastic percent weighted by the tonnage of the year; only sets of all nine components
-- that sum to 100 +- 0.5.
with compositions as (
  select
    region_code,
    year,
    max(case when component = 'plastik' then pct end) as plastic_pct,
    count(pct) as components,
    sum(pct) as total_pct
  from core.waste_composition
  where is_headline
  group by region_code, year
),
components as (
  select count(*) as expected from ref.waste_component
),
yearly_tonnes as (
  select
    region_code,
    source_id,
    date_part('year', period_month) as year,
    coalesce(
      case
        when count(distinct case when period_type = 'M' then period_month end) = 12
          then sum(case when period_type = 'M' then gen_ton end)
      end,
      sum(case when period_type = 'Y' then gen_ton end)
    ) as gen_ton
  from core.waste_arising
  group by region_code, source_id, date_part('year', period_month)
),
judged as (
  select
    t.region_code,
    t.source_id,
    s.year,
    s.plastic_pct,
    t.gen_ton,
    case
      when t.gen_ton is null then 'missing: tonnes of the year'
      when s.components < c.expected
        then concat('missing: ', c.expected - s.components, ' components')
      when s.total_pct not between 99.5 and 100.5
        then concat('components_sum: ', round(s.total_pct, 2))
    end as gap
  from compositions s
  cross join components c
  join yearly_tonnes t on t.region_code = s.region_code and t.year = s.year
)
select
  region_code,
  source_id,
  'waste_generation' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  case when gap is null then plastic_pct * gen_ton end as numerator,
  case when gap is null then gen_ton end as denominator,
  case when gap is not null then 'incomplete' end as state,
  gap as flag
from judged
