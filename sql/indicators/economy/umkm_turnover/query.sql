-- Question: what is the estimated turnover of businesses?
-- Grain: region, source, quarter.
-- Caveat: not published where fewer than 3 respond or the two largest hold more than 85 %.
-- Without a division and scale that the source files in the year, or that nobody answered for, it
-- is no total.
-- Rules: sql/README.md N3, S3.1b
select
  region_code,
  source_id,
  'umkm_turnover' as theme,
  period_type as grain,
  period_quarter as period,
  turnover_est_rp as numerator,
  n_resp as respondents,
  top2_rp as largest_two,
  turnover_resp_rp as contributed,
  case when coalesce(left_out, missing) is not null then 'incomplete' end as state,
  nullif(
    concat_ws(
      ', ',
      case when left_out is not null then concat('left_out: ', left_out) end,
      case when missing is not null then concat('missing_cell: ', missing) end
    ),
    ''
  ) as flag,
  basis
from core.turnover_cells
