-- layout: DISHUB_MOVEMENT
-- most rows: select 10848 * count(*) from ref.point o
--   join ref.point t on t.type = o.type and t.code > o.code where o.type in ('airport', 'port', 'ferry')
-- Passengers between two points of one kind, counted at either end and in both directions, from 2025
-- back to 1800: 10,848 rows a pair, more fall before that and are refused.
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
moves as (
  select r.*, p.one, p.other, p.mode, r.n / (4 * p.pairs) as months
  from work.rows r
  join pairs p on p.place = (r.n / 4) % p.pairs
)
select
  case when n % 2 = 0 then one else other end as point_id,
  make_date(cast(2025 - months / 12 as int), cast(1 + months % 12 as int), 1) as period_month,
  mode,
  case when (n / 2) % 2 = 0 then 'arrive' else 'depart' end as direction,
  case when n % 2 = 0 then other else one end as counterpart_point,
  cast(200 + floor(a * b * 9000) as bigint) as passengers
from moves
order by n
