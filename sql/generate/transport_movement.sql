-- layout: DISHUB_MOVEMENT
-- most rows: 216960
-- Passengers between two points, counted at either end and in both directions, from 2025 back to
-- 1800: 216,960 rows, more fall before that and are refused.
with pairs as (
  select
    *,
    n / 80 as months,
    make_array(
      'WNI KDI air', 'WNI BUW air', 'WNI UPG air', 'BUW UPG air', 'BUW KDI air', 'KDI UPG air',
      'KDI CGK air', 'UPG CGK air', 'MURHUM WANCI sea_fast', 'MURHUM KENDARI_PORT sea_fast',
      'MURHUM RAHA sea_fast', 'RAHA KENDARI_PORT sea_fast', 'WANCI KALEDUPA sea_fast',
      'WANCI TOMIA sea_fast', 'WANCI BINONGKO sea_wood', 'KALEDUPA TOMIA sea_wood',
      'PASARWAJO WANCI sea_wood', 'MURHUM WANCI sea_pelni', 'KAMARU WANCI ferry',
      'TOROBULU RAHA ferry'
    )[1 + (n / 4) % 20] as pair
  from work.rows
)
select
  split_part(pair, ' ', cast(1 + n % 2 as bigint)) as point_id,
  make_date(cast(2025 - months / 12 as int), cast(1 + months % 12 as int), 1) as period_month,
  split_part(pair, ' ', 3) as mode,
  case when (n / 2) % 2 = 0 then 'arrive' else 'depart' end as direction,
  split_part(pair, ' ', cast(2 - n % 2 as bigint)) as counterpart_point,
  cast(200 + floor(a * b * 9000) as bigint) as passengers
from pairs
