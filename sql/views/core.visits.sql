-- Visits (kunjungan) of the headline source; the rows add up to all markets, see core.flow_cells.
-- Read one market in core.visitor_counts, not here.
select
  region_code,
  point_id,
  period_month,
  period_type,
  channel,
  method,
  market,
  origin_code,
  stay,
  visits as value,
  source_id,
  release_date,
  obs_status
from core.visitor_counts
where measure = 'visits' and is_counted
