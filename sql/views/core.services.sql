-- Transport services by the regency of their destination.
-- A point that is no entry of the corridor lies outside every regency, as origin and as destination:
-- seats to an airport that is none are no inbound seats of its regency, and seats from there are inbound.
-- Rules: sql/README.md S1.0
select
  d.region_code,
  -- Offices spell one operator in small and capital letters.
  concat('service:', t.route_id, ':', upper(trim(t.operator))) as theme,
  t.source_id,
  t.route_id,
  t.operator,
  t.mode,
  t.origin_point,
  t.dest_point,
  case when o.corridor_entry then o.region_code end as origin_region,
  t.period_type,
  t.period_month,
  t.trips_scheduled,
  t.trips_operated,
  t.trips_cancelled,
  t.trips_ontime,
  t.seats_offered,
  t.passengers
from core.transport_service t
join ref.point d on d.code = t.dest_point and d.corridor_entry
left join ref.point o on o.code = t.origin_point
