-- layout: KUR_MONTH
-- most rows: select 2712 * count(distinct region_code) from ref.scope
-- Loans and payments of a region and month, from 2025 back to 1800: 2,712 rows a region,
-- more fall before that and are refused.
select
  region_code,
  make_date(cast(2025 - turn / 12 as int), cast(1 + turn % 12 as int), 1) as period_month,
  cast(40 + floor(a * 260) as bigint)
    * cast(25 + floor(b * 30) as bigint)
    * 1000000 as kur_disbursed_rp,
  cast(40 + floor(a * 260) as bigint) as kur_debtors,
  cast(2000 + floor(c * 14000) as bigint) as qris_merchants,
  cast(20000 + floor(d * 180000) as bigint) as qris_txn,
  cast(20000 + floor(d * 180000) as bigint)
    * cast(60000 + floor(e * 90000) as bigint) as qris_value_rp
from work.rows
