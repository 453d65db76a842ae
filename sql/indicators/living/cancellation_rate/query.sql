-- Question: which share of scheduled trips was cancelled?
-- Grain: region of the destination, source of each route, month.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  trips_cancelled as numerator,
  trips_scheduled as denominator
from core.services
