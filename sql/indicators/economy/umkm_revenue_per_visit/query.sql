-- Question: what do tourism businesses turn over for each visit?
-- Grain: region, source of each theme, quarter and month.
-- Formula: turnover of tourism divisions / visits, over the same regions and quarters.
select
  region_code,
  source_id,
  'umkm_turnover' as theme,
  period_type as grain,
  period_quarter as period,
  tourism_turnover_est_rp as numerator,
  cast(null as double) as denominator,
  coalesce(tourism_n_resp, 0) as respondents,
  tourism_top2_rp as largest_two,
  tourism_turnover_resp_rp as contributed,
  case when tourism_turnover_est_rp is null then 'incomplete' end as state,
  nullif(
    concat_ws(
      ', ',
      case when tourism_left_out is not null then concat('left_out: ', tourism_left_out) end,
      case when tourism_missing is not null then concat('missing_cell: ', tourism_missing) end,
      case when tourism_differs is not null then concat('tourism_differs: ', tourism_differs) end
    ),
    ''
  ) as flag,
  tourism_basis as basis
from core.turnover_cells
where tourism_turnover_est_rp is not null or tourism_left_out is not null
union all
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  total as denominator,
  cast(null as double) as respondents,
  cast(null as double) as largest_two,
  cast(null as double) as contributed,
  case when missing is not null then 'incomplete' end as state,
  case
    when missing is not null then concat('missing: ', missing)
    when points_fewer is not null then concat('missing_points: ', points_fewer)
  end as flag,
  basis
from core.flow_totals
where measure = 'visits'
