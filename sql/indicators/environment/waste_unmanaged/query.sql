-- Question: how much waste is neither reduced nor handled?
-- Grain: region, source of each theme, month or year as filed.
-- Formula: A - B - C. Both are required: a blank one gives no value.
-- Rules: sql/README.md N2
select
  region_code,
  source_id,
  'waste_generation' as theme,
  period_type as grain,
  period_month as period,
  gen_ton as numerator,
  cast(null as varchar) as state,
  cast(null as varchar) as flag,
  basis
from core.waste_arising
union all
select
  region_code,
  source_id,
  'waste_handling' as theme,
  period_type as grain,
  period_month as period,
  -(reduced_ton + handled_ton) as numerator,
  case when reduced_ton is null or handled_ton is null then 'incomplete' end as state,
  case
    when reduced_ton is null and handled_ton is null then 'missing: reduced_ton handled_ton'
    when reduced_ton is null then 'missing: reduced_ton'
    when handled_ton is null then 'missing: handled_ton'
  end as flag,
  cast(null as varchar) as basis
from core.waste_handling
