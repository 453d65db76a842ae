-- Question: what does an available room earn a night?
-- Grain: region, source, month.
-- Formula: room revenue / room-nights available of the classes that file revenue; the others are left
-- out of both and named.
select
  region_code,
  source_id,
  'accommodation' as theme,
  period_type as grain,
  period_month as period,
  case when absent_classes is null then room_revenue_rp end as numerator,
  case when absent_classes is null then revenue_room_nights_avail end as denominator,
  revenue_respondents as respondents,
  case when absent_classes is not null or revenue_room_nights_avail is null then 'incomplete' end as state,
  case
    when absent_classes is not null then concat('missing_class: ', absent_classes)
    when without_revenue is not null then concat('left_out: ', without_revenue)
  end as flag,
  revenue_basis as basis
from core.accommodation_totals
