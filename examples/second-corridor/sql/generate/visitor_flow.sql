-- layout: PARIWISATA_KUNJUNGAN
-- most rows: select 192 * count(distinct region_code) from ref.scope
-- Visits and arrivals by market in the 48 months from 2025 back to 2022; the arrivals of a regency
-- are counted at its first way in.
with entries as (
  select region_code, min(code) as point_id
  from ref.point
  where corridor_entry
  group by region_code
),
months as (
  select
    r.*,
    (r.turn / 4) as months,
    r.turn % 2 = 0 as is_foreign,
    (r.turn / 2) % 2 = 1 as is_arrival,
    e.point_id,
    coalesce(param('population', r.region_code, date '2025-01-01'), 150000) as residents
  from work.rows r
  join entries e on e.region_code = r.region_code
)
select
  region_code,
  make_date(cast(2025 - months / 12 as int), cast(1 + months % 12 as int), 1) as period_month,
  case when is_arrival then point_id end as point_id,
  case when is_arrival then 'entry' else 'attraction' end as channel,
  case when is_arrival then 'manifest' else 'ticket' end as method,
  case when is_arrival then 'arrivals' else 'visits' end as measure,
  case when is_foreign then 'wisman' else 'wisnus' end as market,
  'XXX' as origin_code,
  'unknown' as stay,
  cast(
    floor(
      case when is_arrival then 8000 + 0.03 * residents else 5000 + 0.09 * residents end
        * case when is_foreign then 0.04 else 1 end
        * (0.8 + 0.4 * a)
    ) as bigint
  ) as value
from months
order by n
