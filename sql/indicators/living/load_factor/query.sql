-- Question: which share of seats is filled?
-- Grain: region of the destination, source of each route, month.
-- Formula: passengers / seats of the routes that file passengers (seat-based and not seat-km); the
-- others are left out of both and named.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  passengers as numerator,
  case when passengers is not null then seats_offered end as denominator,
  case when passengers is null then concat('missing_passengers: ', route_id) end as flag
from core.services
