-- Question: what do tourism businesses turn over for each visit?
-- Grain: region, quarter and month.
-- Formula: turnover of tourism divisions / visits, over the same regions and quarters.
select
  region_code,
  period_type as grain,
  period_quarter as period,
  case when not is_tourism_confidential then tourism_turnover_est_rp end as numerator,
  cast(null as bigint) as denominator,
  case when is_tourism_confidential then 'suppressed' end as state
from core.turnover_cells
where tourism_turnover_est_rp is not null
union all
select
  region_code,
  period_type as grain,
  period_month as period,
  cast(null as bigint) as numerator,
  sum(value) as denominator,
  cast(null as varchar) as state
from core.flow_cells
where measure = 'visits' and is_counted
group by region_code, period_type, period_month
