-- Question: how many nights does a guest stay?
-- Grain: region, month, market (and all guests).
-- Formula: guest-nights / guests who checked in.
with guests as (
  select
    region_code,
    period_type,
    period_month,
    '' as breakdown,
    nights_wisman + nights_wisnus as nights,
    guests_wisman + guests_wisnus as guests
  from core.accommodation_month
  where is_headline
  union all
  select
    region_code,
    period_type,
    period_month,
    'wisman' as breakdown,
    nights_wisman as nights,
    guests_wisman as guests
  from core.accommodation_month
  where is_headline
  union all
  select
    region_code,
    period_type,
    period_month,
    'wisnus' as breakdown,
    nights_wisnus as nights,
    guests_wisnus as guests
  from core.accommodation_month
  where is_headline
)
select
  region_code,
  breakdown,
  period_type as grain,
  period_month as period,
  sum(nights) as numerator,
  sum(guests) as denominator
from guests
where nights is not null and guests is not null
group by region_code, breakdown, period_type, period_month
