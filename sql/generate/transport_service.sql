-- layout: DISHUB_SERVICE
-- most rows: select 27120 * count(*) from ref.point o
--   join ref.point t on t.type = o.type and t.code > o.code where o.type in ('airport', 'port', 'ferry')
-- Trips and seats of a directed route, month and one of five operators, from 2025 back to 1800:
-- 27,120 rows a pair of points of one kind, more fall before that and are refused. The first
-- operator has all months of the year before the second comes.
with pairs as (
  select
    o.code as one,
    t.code as other,
    case o.type when 'airport' then 'air' when 'port' then 'sea_fast' else 'ferry' end as mode,
    row_number() over (order by o.type, o.code, t.code) - 1 as place,
    count(*) over () as pairs
  from ref.point o
  join ref.point t on t.type = o.type and t.code > o.code
  where o.type in ('airport', 'port', 'ferry')
),
trips as (
  select
    r.*,
    p.mode,
    p.pairs,
    r.n / (2 * p.pairs) as months,
    case when r.n % 2 = 0 then p.one else p.other end as origin_point,
    case when r.n % 2 = 0 then p.other else p.one end as dest_point,
    cast(case p.mode when 'air' then 72 when 'ferry' then 200 else 150 end as bigint) as seats,
    cast(8 + floor(r.a * 52) as bigint) as scheduled,
    cast(floor(r.b * r.b * 8) as bigint) as cancelled
  from work.rows r
  join pairs p on p.place = (r.n / 2) % p.pairs
)
select
  concat(origin_point, '-', dest_point, '-', mode) as route_id,
  concat('Operator ', chr(cast(65 + (months / 12) % 5 as bigint))) as operator,
  make_date(cast(2025 - months / 60 as int), cast(1 + months % 12 as int), 1) as period_month,
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
order by n
