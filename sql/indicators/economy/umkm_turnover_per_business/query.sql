-- Question: what does a business turn over in a quarter?
-- Grain: region, quarter.
-- Formula: estimated turnover / businesses in the frame of the same cells.
select
  region_code,
  period_type as grain,
  period_quarter as period,
  case when not is_confidential then turnover_est_rp end as numerator,
  case when not is_confidential then n_frame_estimated end as denominator,
  case when is_confidential then 'suppressed' end as state
from core.turnover_cells
