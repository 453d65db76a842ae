-- Arrivals at the points by which one enters the corridor, and of whole regions only where no point
-- tells; see core.flow_cells.
select
  region_code,
  point_id,
  period_month,
  period_type,
  market,
  origin_code,
  arrivals as value,
  source_id
from core.visitor_counts
where measure = 'arrivals' and is_counted
