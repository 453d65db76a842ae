-- Question: which share of scheduled trips ran on time?
-- Grain: region of the destination, source of each route, month.
-- Tolerance: ref.param on_time_tolerance_minutes.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  trips_ontime as numerator,
  trips_scheduled as denominator
from core.services
