-- Question: how many visits does one visitor make?
-- Grain: region, month or year.
-- Formula: visits / distinct visitors, each from the headline source of its measure.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(value) as numerator,
  cast(null as double) as denominator
from core.flow_cells
where measure = 'visits' and is_counted
group by region_code, period_type, period_month
union all
select
  region_code,
  period_type as grain,
  period_month as period,
  cast(null as bigint) as numerator,
  sum(value) as denominator
from core.flow_cells
where measure = 'visitors' and is_counted
group by region_code, period_type, period_month
