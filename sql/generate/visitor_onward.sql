-- layout: DISPAR_ONWARD
-- most rows: 65088
-- Where those who came in went on to, from 2025 back to 1800: 65,088 rows, more fall before that
-- and are refused. `*` is everyone sampled.
with answers as (
  select
    *,
    make_array(
      '*', '7401', '7402', '7403', '7404', '7405', '7406', '7407', '7408', '7409', '7410', '7411',
      '7412', '7413', '7414', '7415', '7471', '7472'
    )[1 + (n / 4) % 18] as visited_region,
    case
      when (n / 4) % 18 = 0 then cast(200 + floor(a * 400) as bigint)
      else cast(floor(a * a * 150) as bigint)
    end as n_resp
  from work.rows
)
select
  make_date(cast(2025 - n / 288 as int), cast(1 + 3 * ((n / 72) % 4) as int), 1) as period_quarter,
  region_code as entry_region,
  visited_region,
  n_resp,
  n_resp * cast(10 + floor(b * 40) as bigint) as est_visitors
from answers
