-- layout: DLH_HANDLING
-- most rows: select 2712 * count(distinct region_code) from ref.scope
-- Waste reduced and handled of a region and month, from 2025 back to 1800: 2,712 rows a region,
-- more fall before that and are refused.
with months as (
  select
    *,
    make_date(cast(2025 - turn / 12 as int), cast(1 + turn % 12 as int), 1) as period_month,
    0.0115 * coalesce(param('population', region_code, date '2025-01-01'), 150000) as made
  from work.rows
),
amounts as (
  select
    *,
    cast(made * (0.05 + 0.15 * a) as decimal(14, 3)) as reduced,
    cast(made * (0.25 + 0.40 * b) as decimal(14, 3)) as handled
  from months
)
select
  region_code,
  period_month,
  reduced as reduced_ton,
  handled as handled_ton,
  cast(cast(reduced as double) * (0.2 + 0.4 * c) as decimal(14, 3)) as recycled_ton,
  cast(cast(reduced as double) * 0.3 * d as decimal(14, 3)) as feedstock_ton,
  handled as collected_ton,
  cast(cast(handled as double) * (0.7 + 0.29 * e) as decimal(14, 3)) as landfilled_ton
from amounts
