-- Question: which sums of what was filed cannot be true, so that no number may rest on them?
-- Grain: dataset, measure, region, source, the periods that were filed (period_type) and the period
--   over which they are added up (grain, period). Months that are possible each may add up to a year
--   that is not.
-- Counts of people are set against so many times the residents a year (a month may be a peak: a
-- twelfth of it, four times), waste against so many kg a resident and day.
-- Rules: sql/README.md S1.1, S1.9
with longer_flows as (
  select
    f.measure,
    f.theme,
    f.region_code,
    f.source_id,
    f.period_type,
    t.grain,
    t.period,
    sum(f.largest) as largest
  from core.flow_totals f
  join ref.period t
    on t.from_grain = f.period_type and t.from_period = f.period_month and t.grain <> f.period_type
  group by f.measure, f.theme, f.region_code, f.source_id, f.period_type, t.grain, t.period
),
bounded_flows as (
  select
    *,
    param('population_ratio_impossible', region_code, period) * param('population', region_code, period)
      as most
  from longer_flows
),
waste as (
  select
    w.region_code,
    w.source_id,
    w.period_type,
    w.period_month as period,
    cast(1000 * w.gen_ton as double)
      / (coalesce(r.pop_mid, param('population', w.region_code, w.period_month)) * w.days) as kg,
    param('waste_kg_cap_day_impossible', w.region_code, w.period_month) as most,
    param('waste_kg_cap_day_too_little', w.region_code, w.period_month) as least
  from core.waste_arising w
  left join core.residents_by_year r
    on r.region_code = w.region_code and r.year = date_part('year', w.period_month)
)
select
  'visitor_flow' as dataset,
  measure,
  region_code,
  source_id,
  period_type,
  period_type as grain,
  period_month as period,
  min(impossible) as detail
from core.flow_totals
where impossible is not null
group by measure, region_code, source_id, period_type, period_month
union all
select
  'visitor_flow' as dataset,
  measure,
  region_code,
  source_id,
  period_type,
  grain,
  period,
  min(concat('impossible_value: ', round(cast(largest as double), 6), ' > ', round(most, 6))) as detail
from bounded_flows
where largest > most
group by measure, region_code, source_id, period_type, grain, period
union all
select
  'waste_generation' as dataset,
  'waste_generation' as measure,
  region_code,
  source_id,
  period_type,
  period_type as grain,
  period,
  case
    when kg > most
      then concat('impossible_value: ', round(kg, 6), ' > ', round(most, 6), ' kg a resident and day')
    else concat('impossible_value: ', round(kg, 6), ' < ', round(least, 6), ' kg a resident and day')
  end as detail
from waste
-- Nothing filed as 0 may be true of a month; a little is not.
where kg > most or (kg < least and kg > 0)
