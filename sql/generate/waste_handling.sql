-- layout: DLH_HANDLING
-- most rows: 10848
-- Waste reduced and handled of a region and month, from 2025 back to 1800: 10,848 rows, more fall
-- before that and are refused.
with months as (
  select
    *,
    make_date(cast(2025 - n / 48 as int), cast(1 + (n / 4) % 12 as int), 1) as period_month,
    cast(
      case region_code when '7405' then 4000 else 1700 end * (0.05 + 0.15 * a) as decimal(14, 3)
    ) as reduced,
    cast(
      case region_code when '7405' then 4000 else 1700 end * (0.25 + 0.40 * b) as decimal(14, 3)
    ) as handled
  from work.rows
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
from months
