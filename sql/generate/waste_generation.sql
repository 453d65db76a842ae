-- layout: DLH_GENERATION
-- most rows: select 8136 * count(distinct region_code) from ref.scope
-- Waste of a region and month by three methods, from 2025 back to 1800: 8,136 rows a region,
-- more fall before that and are refused.
with months as (
  select
    *,
    make_date(cast(2025 - turn / 36 as int), cast(1 + (turn / 3) % 12 as int), 1) as period_month,
    make_array('factor', 'sampling_sni', 'measured')[1 + turn % 3] as method,
    cast(0.3 + 0.3 * a as decimal(5, 3)) as factor,
    cast(
      floor(
        coalesce(param('population', region_code, date '2025-01-01'), 150000) * (0.98 + 0.04 * b)
      ) as bigint
    ) as pop
  from work.rows
)
select
  region_code,
  period_month,
  method,
  cast(
    cast(factor as double)
      * pop
      * date_part('day', period_month + interval '1 month' - interval '1 day')
      / 1000 as decimal(14, 3)
  ) as gen_ton,
  case method when 'factor' then factor end as factor_kg_cap_day,
  case method when 'factor' then pop end as pop_used
from months
