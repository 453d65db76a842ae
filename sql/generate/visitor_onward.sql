-- layout: DISPAR_ONWARD
-- most rows: select 904 * count(*) from ref.scope s, ref.code c
--   where s.scope_code = 'CORR' and c.code_list = 'visited_region'
-- Where those who came in went on to, from 2025 back to 1800, more fall before that and are refused.
-- `*`, the first of the list, is everyone sampled.
with places as (
  select
    code,
    row_number() over (order by code) - 1 as place,
    count(*) over () as places
  from ref.code
  where code_list = 'visited_region'
),
answers as (
  select
    r.*,
    p.code as visited_region,
    r.turn / p.places as quarters,
    case
      when p.code = '*' then cast(200 + floor(r.a * 400) as bigint)
      else cast(floor(r.a * r.a * 150) as bigint)
    end as n_resp
  from work.rows r
  join places p on p.place = r.turn % p.places
)
select
  make_date(
    cast(2025 - quarters / 4 as int),
    cast(1 + 3 * (quarters % 4) as int),
    1
  ) as period_quarter,
  region_code as entry_region,
  visited_region,
  n_resp,
  n_resp * cast(10 + floor(b * 40) as bigint) as est_visitors
from answers
order by n
