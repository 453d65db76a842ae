-- layout: DISDUKCAPIL_POPULATION
-- most rows: select 227 * count(distinct region_code) from ref.scope
-- Counts of a region and year, from 2026 back to 1800, as the synthetic source has them:
-- 227 rows a region.
with counts as (
  select
    *,
    2026 - turn % 227 as year,
    cast(
      floor(
        coalesce(param('population', region_code, date '2025-01-01'), 150000)
          * pow(0.988, turn % 227) * (0.99 + 0.02 * a)
      ) as bigint
    ) as pop
  from work.rows
)
select
  (select min(code) from ref.source where synthetic) as source_id,
  region_code,
  year,
  pop as pop_mid,
  cast(floor(pop * (0.48 + 0.03 * b)) as bigint) as pop_women,
  cast(floor(pop * (0.30 + 0.08 * c)) as bigint) as pop_0_17,
  cast(coalesce(param('population', region_code, date '2025-01-01'), 150000) / 250 as decimal(10, 3)) as area_km2,
  'Contoh 2025' as area_vintage
from counts
