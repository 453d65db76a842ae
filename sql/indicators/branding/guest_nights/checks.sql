-- fail: guest-nights do not exceed the bed-nights available
-- id: malam tamu tidak melebihi malam tempat tidur tersedia
select
  region_code,
  period_month,
  sum(nights_wisman + nights_wisnus) as nights,
  sum(bed_nights_avail) as beds
from core.accommodation_month
where is_headline and bed_nights_avail is not null
group by region_code, period_month
having sum(nights_wisman + nights_wisnus) > sum(bed_nights_avail)
order by region_code, period_month;
