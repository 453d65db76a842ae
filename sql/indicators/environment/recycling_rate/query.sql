-- Question: which share of the waste that arises is recycled?
-- Grain: region, source of each theme, month or year as filed.
-- Formula: (D + E) / A. A blank D or E counts as 0 and is flagged, unless nothing of how waste was
-- handled was filed.
-- Rules: sql/README.md N2, S1.9
-- B + C above A cannot be true and gives none of the rates (whole).
select
  region_code,
  source_id,
  'waste_handling' as theme,
  period_type as grain,
  period_month as period,
  case
    when filed_sum(reduced_ton, handled_ton, recycled_ton, feedstock_ton) is not null
      then coalesce(filed_sum(recycled_ton, feedstock_ton), 0)
  end as numerator,
  cast(null as double) as denominator,
  coalesce(reduced_ton, 0) + coalesce(handled_ton, 0) as whole,
  case when filed_sum(reduced_ton, handled_ton, recycled_ton, feedstock_ton) is null then 'incomplete' end as state,
  case
    when filed_sum(reduced_ton, handled_ton, recycled_ton, feedstock_ton) is null
      then 'missing: recycled_ton feedstock_ton'
    when recycled_ton is null or feedstock_ton is null then 'blank_as_zero'
  end as flag,
  cast(null as varchar) as basis
from core.waste_handling
union all
select
  region_code,
  source_id,
  'waste_generation' as theme,
  period_type as grain,
  period_month as period,
  cast(null as double) as numerator,
  gen_ton as denominator,
  cast(null as double) as whole,
  cast(null as varchar) as state,
  cast(null as varchar) as flag,
  basis
from core.waste_arising
