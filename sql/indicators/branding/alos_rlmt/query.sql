-- Question: how many nights does a guest stay?
-- Grain: region, source, month, market (and all guests).
-- Formula: guest-nights / guests who checked in, of the same classes.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  unnest(make_array('', 'wisman', 'wisnus')) as breakdown,
  unnest(
    case when stays_missing is null then make_array(nights, nights_wisman, nights_wisnus)
      else make_array(null, null, null) end
  ) as numerator,
  unnest(
    case when stays_missing is null then make_array(guests, guests_wisman, guests_wisnus)
      else make_array(null, null, null) end
  ) as denominator,
  respondents,
  case when stays_missing is not null then 'incomplete' end as state,
  case
    when stays_missing is not null then concat('missing_class: ', stays_missing)
    when nights_blank > 0 or guests_blank > 0 then 'blank_as_zero'
  end as flag,
  basis
from core.accommodation_totals
