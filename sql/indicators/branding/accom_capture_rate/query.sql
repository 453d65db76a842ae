-- Question: how many guests check in for each arrival?
-- Grain: region, month.
-- Formula: guests / arrivals at points with corridor_entry.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(guests_wisman + guests_wisnus) as numerator,
  cast(null as bigint) as denominator
from core.accommodation_month
where is_headline
group by region_code, period_type, period_month
union all
select
  f.region_code,
  f.period_type as grain,
  f.period_month as period,
  cast(null as bigint) as numerator,
  sum(f.value) as denominator
from core.flow_cells f
where f.measure = 'arrivals' and f.is_counted
group by f.region_code, f.period_type, f.period_month
