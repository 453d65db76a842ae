-- layout: DISPAR_ACCOMMODATION
-- most rows: select 13560 * count(distinct region_code) from ref.scope
-- Monthly hotel returns by class, from 2025 back to 1800: 13,560 rows a region, more
-- fall before that and are refused.
with hotels as (
  select
    *,
    make_date(cast(2025 - turn / 60 as int), cast(1 + (turn / 5) % 12 as int), 1) as period_month,
    make_array(
      'bintang', 'non_bintang', 'homestay', 'resort_dive', 'liveaboard'
    )[1 + turn % 5] as accom_class,
    make_array(3, 18, 40, 4, 6)[1 + turn % 5] + cast(floor(a * 5) as bigint) as establishments,
    make_array(45, 14, 4, 18, 8)[1 + turn % 5] + cast(floor(b * 4) as bigint) as rooms_each
  from work.rows
),
rooms as (
  select
    *,
    establishments * rooms_each as rooms,
    cast(floor(establishments * rooms_each * (1.4 + 0.6 * c)) as bigint) as beds,
    cast(date_part('day', period_month + interval '1 month' - interval '1 day') as bigint) as days
  from hotels
),
sales as (
  select *, cast(floor(rooms * days * (0.15 + 0.55 * d)) as bigint) as sold
  from rooms
),
stays as (
  select
    *,
    cast(floor(sold * 1.3 * 0.2 * e) as bigint) as foreign_nights,
    cast(floor(sold * 1.3 * (1 - 0.2 * e)) as bigint) as domestic_nights
  from sales
)
select
  region_code,
  period_month,
  accom_class,
  establishments as estab_operating,
  cast(ceil(establishments * (0.5 + 0.5 * f)) as bigint) as estab_responding,
  rooms as rooms_end,
  beds as beds_end,
  rooms * days as room_nights_avail,
  sold as room_nights_sold,
  beds * days as bed_nights_avail,
  cast(floor(foreign_nights / (2 + 2 * g)) as bigint) as guests_wisman,
  cast(floor(domestic_nights / (1.2 + g)) as bigint) as guests_wisnus,
  foreign_nights as nights_wisman,
  domestic_nights as nights_wisnus,
  sold * cast(180000 + floor(h * 620) * 1000 as bigint) as room_revenue_rp
from stays
