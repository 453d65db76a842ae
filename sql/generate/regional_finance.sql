-- layout: BKAD_FINANCE
-- most rows: select 904 * count(distinct region_code) from ref.scope
-- Budget and accounts of a region and year in four stages, from 2025 back to 1800: 904 rows a region,
-- more fall before that and are refused.
select
  region_code,
  2025 - turn / 4 as year,
  make_array('apbd', 'perubahan', 'realisasi', 'audited')[1 + turn % 4] as stage,
  cast(40000 + floor(a * 120000) as bigint) * 1000000 as pad_rp,
  cast(600000 + floor(b * 700000) as bigint) * 1000000 as transfer_rp,
  case when c < 0.2 then cast(10000 + floor(d * 90000) as bigint) * 1000000 else 0 end as loan_rp,
  cast(300 + floor(e * 2700) as bigint) * 1000000 as pbjt_hotel_rp,
  cast(500 + floor(f * 5500) as bigint) * 1000000 as pbjt_fnb_rp,
  cast(50 + floor(g * 450) as bigint) * 1000000 as pbjt_entertainment_rp,
  cast(100 + floor(h * 1900) as bigint) * 1000000 as retribusi_wisata_rp
from work.rows
