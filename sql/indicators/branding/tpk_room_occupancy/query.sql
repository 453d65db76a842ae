-- Question: which share of the available room-nights was sold?
-- Grain: region, source, month.
-- Formula: room-nights sold / room-nights available. A class that never files its rooms in the year
-- is left out of both and named.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  case when rooms_missing is null and absent_classes is null then room_nights_sold end as numerator,
  case when rooms_missing is null and absent_classes is null then room_nights_avail end as denominator,
  rooms_respondents as respondents,
  case
    when rooms_missing is not null or absent_classes is not null or room_nights_avail is null
      then 'incomplete'
  end as state,
  case
    when rooms_missing is not null then concat('missing_class: ', rooms_missing)
    when absent_classes is not null then concat('missing_class: ', absent_classes)
    when without_rooms is not null then concat('left_out: ', without_rooms)
  end as flag,
  rooms_basis as basis
from core.accommodation_totals
