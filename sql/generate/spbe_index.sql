-- layout: SPBE_INDEX
-- most rows: 904
-- One index a region and year, from 2025 back to 1800; more fall before that and are refused.
select
  region_code,
  2025 - n / 4 as year,
  cast(1.8 + a * 1.9 as decimal(3, 2)) as index
from work.rows
