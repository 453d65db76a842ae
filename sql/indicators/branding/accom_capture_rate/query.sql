-- Question: how many guests check in for each arrival?
-- Grain: region, source of each theme, month.
-- Formula: guests / arrivals at points with corridor_entry.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  case when guests_missing is null then guests end as numerator,
  cast(null as double) as denominator,
  case when guests_missing is not null then 'incomplete' end as state,
  case
    when guests_missing is not null then concat('missing_class: ', guests_missing)
    when guests_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
union all
select
  region_code,
  source_id,
  theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  total as denominator,
  case when missing is not null then 'incomplete' end as state,
  case when missing is not null then concat('missing: ', missing) end as flag,
  cast(null as varchar) as basis
from core.flow_totals
where measure = 'arrivals'
