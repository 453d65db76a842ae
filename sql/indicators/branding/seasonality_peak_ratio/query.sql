-- Question: how do guest-nights spread over the months of a year?
-- Grain: region, source, month. The pooled series of a scope is the sum of its regions, month by
-- month.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  case when nights_missing is null then nights end as numerator,
  case when nights_missing is not null then 'incomplete' end as state,
  case
    when nights_missing is not null then concat('missing_class: ', nights_missing)
    when nights_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
where period_type = 'M'
