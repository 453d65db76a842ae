-- Question: what is the estimated turnover of businesses?
-- Grain: region, quarter.
-- Caveat: no value where fewer than 3 respond or the two largest hold more than 85 %.
-- Rules: sql/README.md N3
select
  region_code,
  period_type as grain,
  period_quarter as period,
  case when not is_confidential then turnover_est_rp end as numerator,
  case when is_confidential then 'suppressed' end as state
from core.turnover_cells
