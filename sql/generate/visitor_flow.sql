-- layout: DISPAR_VISITS
-- most rows: select 7000000 * count(distinct region_code) from ref.scope
-- Region, month and origin go round, so that no two rows share a key.
select
  region_code,
  make_date(1990 + cast((turn / 12) % 34 as int), 1 + cast(turn % 12 as int), 1) as period_month,
  'attraction' as channel,
  'ticket' as method,
  'visits' as measure,
  'wisman' as market,
  concat(
    chr(65 + (turn / 408 / 676) % 26), chr(65 + (turn / 408 / 26) % 26), chr(65 + (turn / 408) % 26)
  ) as origin_code,
  'unknown' as stay,
  cast(50 + floor(a * 4000) as bigint) as value
from work.rows
