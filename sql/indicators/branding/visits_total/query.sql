-- Question: how many visits (kunjungan) were counted?
-- Grain: region, source, month (or year as filed), by market and for all.
-- Formula: sum of visits of all markets; one market alone is no total.
-- Caveat: one person may be counted by several attractions and regencies: visits are never persons.
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  '' as breakdown,
  total as numerator,
  case when missing is not null then 'incomplete' end as state,
  case
    when missing is not null then concat('missing: ', missing)
    when points_fewer is not null then concat('missing_points: ', points_fewer)
  end as flag,
  basis
from core.flow_totals
where measure = 'visits'
union all
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  unnest(make_array('wisman', 'wisnus')) as breakdown,
  unnest(make_array(wisman, wisnus)) as numerator,
  unnest(
    make_array(
      case when wisman is null then 'no_data' end,
      case when wisnus is null then 'no_data' end
    )
  ) as state,
  unnest(
    make_array(
      case
        when wisman is null then 'missing: wisman'
        when points_fewer is not null then concat('missing_points: ', points_fewer)
      end,
      case
        when wisnus is null then 'missing: wisnus'
        when points_fewer is not null then concat('missing_points: ', points_fewer)
      end
    )
  ) as flag,
  unnest(make_array(wisman_basis, wisnus_basis)) as basis
from core.flow_totals
where measure = 'visits'
