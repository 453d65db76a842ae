-- layout: KUR_MONTH
-- most rows: select 2712 * count(distinct region_code) from ref.scope
-- Loans and payments of a region and month, from 2025 on back, as many as a register of a hundred
-- businesses bears.
with months as (
  select
    *,
    cast(1 + floor(a * 4) as bigint) as debtors,
    cast(40 + floor(c * 400) as bigint) as payments
  from work.rows
)
select
  region_code,
  make_date(cast(2025 - turn / 12 as int), cast(1 + turn % 12 as int), 1) as period_month,
  debtors * cast(12 + floor(b * 16) as bigint) * 1000000 as kur_disbursed_rp,
  debtors as kur_debtors,
  cast(24 + floor(d * 12) as bigint) as qris_merchants,
  payments as qris_txn,
  payments * cast(60000 + floor(e * 90000) as bigint) as qris_value_rp
from months
