-- layout: SMARTCITY_EVAL
-- most rows: 4520
-- Five scores a region and year, from 2025 back to 1800; more fall before that and are refused.
select
  region_code,
  2025 - n / 20 as year,
  make_array('baseline', 'output', 'outcome', 'impact', 'quick_win')[1 + (n / 4) % 5] as component,
  cast(2.4 + a * 1.4 as decimal(3, 2)) as score
from work.rows
