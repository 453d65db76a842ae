-- Question: how many visits does one visitor make?
-- Grain: region, source of each measure, month or year.
-- Formula: visits / distinct visitors.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  case when measure = 'visits' then total end as numerator,
  case when measure = 'visitors' then total end as denominator,
  case when missing is not null then 'incomplete' end as state,
  case
    when missing is not null then concat('missing: ', missing)
    when points_fewer is not null then concat('missing_points: ', points_fewer)
  end as flag,
  basis
from core.flow_totals
where measure in ('visits', 'visitors')
