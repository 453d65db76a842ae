-- layout: DISHUB_SERVICE
-- most rows: 433920
-- Trips and seats of a directed route, operator and month, from 2025 back to 1800: 433,920 rows,
-- more fall before that and are refused.
with routes as (
  select
    *,
    n / 160 as months,
    make_array(
      'WNI KDI air 70', 'WNI BUW air 70', 'BUW UPG air 72', 'BUW KDI air 70', 'KDI UPG air 180',
      'MURHUM WANCI sea_fast 150', 'MURHUM KENDARI_PORT sea_fast 220', 'MURHUM RAHA sea_fast 180',
      'WANCI KALEDUPA sea_fast 60', 'WANCI TOMIA sea_fast 80', 'WANCI BINONGKO sea_wood 70',
      'KALEDUPA TOMIA sea_wood 50', 'PASARWAJO WANCI sea_wood 60', 'MURHUM WANCI sea_pelni 1000',
      'KAMARU WANCI ferry 200', 'TOROBULU RAHA ferry 250'
    )[1 + (n / 2) % 16] as route
  from work.rows
),
trips as (
  select
    *,
    split_part(route, ' ', cast(1 + n % 2 as bigint)) as origin_point,
    split_part(route, ' ', cast(2 - n % 2 as bigint)) as dest_point,
    split_part(route, ' ', 3) as mode,
    cast(split_part(route, ' ', 4) as bigint) as seats,
    cast(8 + floor(a * 52) as bigint) as scheduled,
    cast(floor(b * b * 8) as bigint) as cancelled
  from routes
)
select
  concat(origin_point, '-', dest_point, '-', mode) as route_id,
  concat('Operator ', chr(cast(65 + (n / 32) % 5 as bigint))) as operator,
  make_date(cast(2025 - months / 12 as int), cast(1 + months % 12 as int), 1) as period_month,
  origin_point,
  dest_point,
  mode,
  scheduled as trips_scheduled,
  scheduled - cancelled as trips_operated,
  cancelled as trips_cancelled,
  cast(floor((scheduled - cancelled) * (0.6 + 0.4 * c)) as bigint) as trips_ontime,
  seats as seats_per_trip,
  seats * (scheduled - cancelled) as seats_offered,
  cast(floor(seats * (scheduled - cancelled) * (0.3 + 0.7 * d)) as bigint) as passengers
from trips
