-- layout: SKB_CALENDAR
-- most rows: 80000
-- Days from the last of 2025 back; 1 Syawal of ten years, fixed holidays, made-up school breaks and
-- events.
with days as (
  select *, to_timestamp_seconds(1767139200 - n * 86400) as day from work.rows
),
feasts as (
  select *
  from (
    values
      (2016, date '2016-06-06', date '2016-07-06'),
      (2017, date '2017-05-27', date '2017-06-25'),
      (2018, date '2018-05-17', date '2018-06-15'),
      (2019, date '2019-05-06', date '2019-06-05'),
      (2020, date '2020-04-24', date '2020-05-24'),
      (2021, date '2021-04-13', date '2021-05-13'),
      (2022, date '2022-04-03', date '2022-05-02'),
      (2023, date '2023-03-23', date '2023-04-22'),
      (2024, date '2024-03-12', date '2024-04-10'),
      (2025, date '2025-03-01', date '2025-03-31')
  ) as t (year, ramadan_from, lebaran)
),
offsets as (
  select
    d.*,
    f.ramadan_from,
    f.lebaran,
    cast((to_unixtime(d.day) - to_unixtime(f.lebaran)) / 86400 as bigint) as days_after
  from days d
  left join feasts f on f.year = date_part('year', d.day)
)
select
  cast(day as date) as date,
  date_part('dow', day) in (0, 6) as is_weekend,
  to_char(day, '%m-%d') in ('01-01', '05-01', '06-01', '08-17', '12-25')
    or coalesce(days_after in (0, 1), false) as is_national_holiday,
  coalesce(days_after between 2 and 5, false) and date_part('dow', day) not in (0, 6) as is_cuti_bersama,
  to_char(day, '%m-%d') between '06-23' and '07-12' or to_char(day, '%m-%d') >= '12-22' as is_school_break,
  coalesce(day >= ramadan_from and day < lebaran, false) as is_ramadan,
  case when days_after between -14 and 14 then days_after end as lebaran_offset,
  case when to_char(day, '%m-%d') between '11-10' and '11-14' then 'FESTIVAL-CONTOH' end as event_id
from offsets
