-- layout: DISDUKCAPIL_POPULATION
-- most rows: 908
-- Counts of a region and year, from 2026 back to 1800, as the synthetic source has them: 908 rows.
with counts as (
  select
    *,
    2026 - (n / 4) % 227 as year,
    cast(
      floor(
        case region_code
          when '7401' then 122000
          when '7405' then 332000
          when '7407' then 119000
          else 164000
        end * pow(0.988, (n / 4) % 227) * (0.99 + 0.02 * a)
      ) as bigint
    ) as pop
  from work.rows
)
select
  'SAMPLE_SYNTHETIC' as source_id,
  region_code,
  year,
  pop as pop_mid,
  cast(floor(pop * (0.48 + 0.03 * b)) as bigint) as pop_women,
  cast(floor(pop * (0.30 + 0.08 * c)) as bigint) as pop_0_17,
  cast(
    case region_code
      when '7401' then 1648.04
      when '7405' then 4237.58
      when '7407' then 473.62
      else 293.18
    end as decimal(10, 3)
  ) as area_km2,
  'Contoh 2025' as area_vintage
from counts
