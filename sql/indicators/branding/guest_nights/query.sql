-- Question: how many nights did guests stay in accommodation?
-- Grain: region, source, month.
-- Formula: guest-nights of foreign and domestic guests, all classes.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  case when nights_missing is null then nights end as numerator,
  respondents,
  case when nights_missing is not null then 'incomplete' end as state,
  case
    when nights_missing is not null then concat('missing_class: ', nights_missing)
    when nights_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
