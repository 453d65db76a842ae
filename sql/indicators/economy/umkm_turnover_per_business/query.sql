-- Question: what does a business turn over in a quarter?
-- Grain: region, source, quarter.
-- Formula: estimated turnover / businesses in the frame of the same cells.
select
  region_code,
  source_id,
  'umkm_turnover' as theme,
  period_type as grain,
  period_quarter as period,
  case when not is_confidential then turnover_est_rp end as numerator,
  case when not is_confidential then n_frame_estimated end as denominator,
  case
    when is_confidential then 'suppressed'
    when turnover_est_rp is null then 'incomplete'
  end as state,
  case when not is_confidential and turnover_est_rp is null then 'missing: turnover_est_rp' end as flag
from core.turnover_cells
