-- Question: how many direct routes are alive?
-- Grain: region of the destination, source of each route, month, route. A route lives in a month with
-- four trips or more.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  route_id as member,
  trips_operated as numerator
from core.services
