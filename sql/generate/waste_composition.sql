-- layout: DLH_COMPOSITION
-- most rows: select 2034 * count(distinct region_code) from ref.scope
-- Nine components of a region and year, from 2025 back to 1800: 2,034 rows a region, more fall
-- before that and are refused. One of them is all of the sample and the others were not sampled, so that one
-- bad row does not make the set's sum wrong.
select
  region_code,
  2025 - turn / 9 as year,
  make_array(
    'sisa_makanan', 'kayu_ranting', 'kertas_karton', 'plastik', 'logam', 'kain', 'karet_kulit',
    'kaca', 'lainnya'
  )[1 + turn % 9] as component,
  case when turn % 9 = (turn / 9) % 9 then cast(99.6 + 0.4 * a as decimal(5, 2)) end as pct
from work.rows
