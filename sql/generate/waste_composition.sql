-- layout: DLH_COMPOSITION
-- most rows: 8136
-- Nine components of a region and year, from 2025 back to 1800: 8,136 rows, more fall before that
-- and are refused. One of them is all of the sample and the others were not sampled, so that one
-- bad row does not make the set's sum wrong.
select
  region_code,
  2025 - n / 36 as year,
  make_array(
    'sisa_makanan', 'kayu_ranting', 'kertas_karton', 'plastik', 'logam', 'kain', 'karet_kulit',
    'kaca', 'lainnya'
  )[1 + (n / 4) % 9] as component,
  case when (n / 4) % 9 = (n / 36) % 9 then cast(99.6 + 0.4 * a as decimal(5, 2)) end as pct
from work.rows
