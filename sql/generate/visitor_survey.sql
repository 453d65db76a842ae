-- layout: DISPAR_SURVEY
-- most rows: select 1808 * count(distinct region_code) from ref.scope
-- Exit survey of a region, quarter and market, from 2025 back to 1800: 1,808 rows a region, more
-- fall before that and are refused.
with answers as (
  select
    *,
    case when turn % 2 = 0 then 'wisman' else 'wisnus' end as market,
    cast(30 + floor(a * 370) as bigint) as n_resp
  from work.rows
)
select
  region_code,
  make_date(cast(2025 - turn / 8 as int), cast(1 + 3 * ((turn / 2) % 4) as int), 1) as period_quarter,
  market,
  n_resp,
  cast(floor(n_resp * (0.6 + 0.38 * b)) as bigint) as n_satisfied,
  n_resp
    * cast(case market when 'wisman' then 4000 else 900 end * (0.6 + c) as bigint)
    * 1000 as spend_rp_sum,
  cast(
    floor(n_resp * case market when 'wisman' then 3 + 4 * d else 1 + 3 * d end) as bigint
  ) as nights_sum
from answers
