-- Question: what does each source's filing of a period add up to, and is it of all classes?
-- Grain: region, source, period.
-- The set of classes is what the source itself filed in the year; a period without one of them is
-- a gap, unless the contract lets classes pause. The year's row of one class is of that class alone. A
-- class whose row says neither market is one too.
-- One blank market beside the other is zero (`..._blank`: how many).
-- Stays: nights of a market whose guests are blank, or guests without nights, are no stays.
-- Rooms: a class that never files its room-nights in the year has none and is left out; one that
-- files them and is blank in a period is a gap. Revenue: rows without it are left out of both sides.
-- `..._missing` names classes; where it is not null, the sum is not of all of them.
-- `..._basis`: the classes that it is of.
-- Rules: sql/README.md N2, S3.1b
with filed as (
  select
    *,
    date_part('year', period_month) as year,
    room_nights_sold is not null and room_nights_avail is not null as has_rooms
  from core.accommodation_month
),
periods as (
  select distinct region_code, source_id, period_type, year, period_month from filed
),
classes as (
  select region_code, source_id, year, accom_class, bool_or(has_rooms) as files_rooms
  from filed
  group by region_code, source_id, year, accom_class
),
class_periods as (
  select
    p.region_code,
    p.source_id,
    p.period_type,
    p.period_month,
    s.accom_class,
    s.files_rooms,
    f.accom_class is null as is_absent,
    c.may_pause,
    f.estab_responding,
    f.room_nights_sold,
    f.room_nights_avail,
    f.room_revenue_rp,
    coalesce(f.has_rooms, false) as has_rooms,
    f.guests_wisman,
    f.guests_wisnus,
    f.nights_wisman,
    f.nights_wisnus,
    filed_sum(f.guests_wisman, f.guests_wisnus) as guests,
    filed_sum(f.nights_wisman, f.nights_wisnus) as nights,
    blank_count(f.guests_wisman, f.guests_wisnus) as guests_blank,
    blank_count(f.nights_wisman, f.nights_wisnus) as nights_blank
  from periods p
  join classes s
    on s.region_code = p.region_code
    and s.source_id = p.source_id
    and s.year = p.year
  join ref.column c on c.dataset = 'accommodation_month' and c.column_name = 'accom_class'
  left join filed f
    on f.region_code = p.region_code
    and f.source_id = p.source_id
    and f.period_type = p.period_type
    and f.period_month = p.period_month
    and f.accom_class = s.accom_class
),
gaps as (
  select
    *,
    not (is_absent and may_pause) as is_expected,
    coalesce(nights_wisman > 0 and guests_wisman is null, false)
      or coalesce(guests_wisman > 0 and nights_wisman is null, false)
      or coalesce(nights_wisnus > 0 and guests_wisnus is null, false)
      or coalesce(guests_wisnus > 0 and nights_wisnus is null, false) as is_of_unequal_markets
  from class_periods
)
select
  region_code,
  source_id,
  period_type,
  period_month,
  sum(estab_responding) as respondents,
  sum(case when has_rooms then estab_responding end) as rooms_respondents,
  sum(case when room_revenue_rp is not null and room_nights_avail is not null then estab_responding end)
    as revenue_respondents,
  sum(guests) as guests,
  sum(case when guests is not null then coalesce(guests_wisman, 0) end) as guests_wisman,
  sum(case when guests is not null then coalesce(guests_wisnus, 0) end) as guests_wisnus,
  sum(nights) as nights,
  sum(case when nights is not null then coalesce(nights_wisman, 0) end) as nights_wisman,
  sum(case when nights is not null then coalesce(nights_wisnus, 0) end) as nights_wisnus,
  sum(case when has_rooms then room_nights_sold end) as room_nights_sold,
  sum(case when has_rooms then room_nights_avail end) as room_nights_avail,
  sum(case when room_nights_avail is not null then room_revenue_rp end) as room_revenue_rp,
  sum(case when room_revenue_rp is not null then room_nights_avail end) as revenue_room_nights_avail,
  sum(guests_blank) as guests_blank,
  sum(nights_blank) as nights_blank,
  string_agg(
    case when is_expected and guests is null then accom_class end, ' ' order by accom_class
  ) as guests_missing,
  string_agg(
    case when is_expected and nights is null then accom_class end, ' ' order by accom_class
  ) as nights_missing,
  string_agg(
    case when is_expected and (nights is null or guests is null or is_of_unequal_markets) then accom_class end,
    ' ' order by accom_class
  ) as stays_missing,
  string_agg(
    case when is_expected and files_rooms and not has_rooms then accom_class end,
    ' ' order by accom_class
  ) as rooms_missing,
  string_agg(
    case when not is_absent and not files_rooms then accom_class end, ' ' order by accom_class
  ) as without_rooms,
  string_agg(
    case when not is_absent and (room_revenue_rp is null or room_nights_avail is null) then accom_class end,
    ' ' order by accom_class
  ) as without_revenue,
  string_agg(case when is_absent and is_expected then accom_class end, ' ' order by accom_class) as absent_classes,
  string_agg(case when not is_absent then concat('class ', accom_class) end, ', ' order by accom_class) as basis,
  string_agg(case when has_rooms then concat('class ', accom_class) end, ', ' order by accom_class)
    as rooms_basis,
  string_agg(
    case when room_revenue_rp is not null and room_nights_avail is not null then concat('class ', accom_class) end,
    ', ' order by accom_class
  ) as revenue_basis
from gaps
group by region_code, source_id, period_type, period_month
