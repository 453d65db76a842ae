-- Question: what is the estimated turnover of businesses?
-- Grain: region, source, quarter.
-- Caveat: no value where fewer than 3 respond or the two largest hold more than 85 %.
-- Rules: sql/README.md N3
select
  region_code,
  source_id,
  'umkm_turnover' as theme,
  period_type as grain,
  period_quarter as period,
  case when not is_confidential then turnover_est_rp end as numerator,
  case
    when is_confidential then 'suppressed'
    when turnover_est_rp is null then 'incomplete'
  end as state,
  case when not is_confidential and turnover_est_rp is null then 'missing: turnover_est_rp' end as flag
from core.turnover_cells
