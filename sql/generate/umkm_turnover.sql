-- layout: DISKOP_TURNOVER
-- most rows: select 244080 * count(distinct region_code) from ref.scope
-- Turnover of a region, quarter, industry and scale as its respondents say it, raised to all
-- businesses; some cells have no respondent.
with cells as (
  select
    *,
    1 + turn % 3 as size,
    10 + (turn / 3) % 90 as industry,
    turn / 270 as quarters,
    cast(3 + floor(a * a * 300) as bigint) as n_frame
  from work.rows
),
answers as (
  select
    *,
    case when b < 0.03 then 0 else cast(ceil(n_frame * (0.1 + 0.9 * b)) as bigint) end as n_resp
  from cells
),
turnovers as (
  select
    *,
    case
      when n_resp > 0
        then n_resp * make_array(15, 900, 6000)[size] * cast(1000000 * (0.5 + c) as bigint)
    end as turnover
  from answers
)
select
  region_code,
  make_date(
    cast(2025 - quarters / 4 as int),
    cast(1 + 3 * (quarters % 4) as int),
    1
  ) as period_quarter,
  cast(industry as varchar) as kbli2,
  make_array('mikro', 'kecil', 'menengah')[size] as scale,
  industry in (55, 56, 79, 90, 91, 93) as is_tourism,
  n_frame,
  n_resp,
  turnover as turnover_resp_rp,
  cast(
    floor(turnover * (n_frame / cast(nullif(n_resp, 0) as double))) as bigint
  ) as turnover_est_rp,
  cast(floor(turnover * least(1.0, (2 + 2 * d) / nullif(n_resp, 0))) as bigint) as top2_rp
from turnovers
