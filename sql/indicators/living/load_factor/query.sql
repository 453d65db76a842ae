-- Question: which share of seats is filled?
-- Grain: region of the destination, source of each route, month.
-- Formula: passengers / seats of the routes that file passengers (seat-based and not seat-km); the
-- others are left out of both and named. A route that is idle has no passengers, filed or not. Where no
-- route has them the month was filed and is incomplete: a quarter leaves it out no more than its seats.
with routes as (
  select
    *,
    case when seats_offered = 0 then coalesce(passengers, 0) else passengers end as carried
  from core.services
)
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  carried as numerator,
  case when carried is not null then seats_offered end as denominator,
  case
    when bool_and(carried is null) over (partition by region_code, period_type, period_month)
      then 'incomplete'
  end as state,
  case when carried is null then concat('missing_passengers: ', route_id) end as flag
from routes
