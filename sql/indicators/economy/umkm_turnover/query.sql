-- Question: what is the estimated turnover of businesses?
-- Grain: region, source, quarter.
-- Caveat: not published where fewer than 3 respond or the two largest hold more than 85 %.
-- Rules: sql/README.md N3
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
  case when turnover_est_rp is null then 'incomplete' end as state,
  case
    when turnover_est_rp is null then 'missing: turnover_est_rp'
    else nullif(
      concat_ws(
        ', ',
        case when left_out is not null then concat('left_out: ', left_out) end,
        case when missing is not null then concat('missing_cell: ', missing) end
      ),
      ''
    )
  end as flag,
  basis
from core.turnover_cells
