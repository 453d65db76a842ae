-- layout: DINKES_HEALTH
-- most rows: 904
-- Facilities of a region and year, from 2025 back to 1800; more fall before that and are refused.
select
  region_code,
  2025 - n / 4 as year,
  cast(90 + floor(a * 160) as bigint) as beds,
  cast(12 + floor(b * 14) as bigint) as puskesmas,
  cast(25 + floor(c * 90) as bigint) as doctors
from work.rows
