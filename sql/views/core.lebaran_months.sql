-- Question: how many Lebaran days has each month? Days near 1 Syawal, the feast moves about 11 days a
-- year.
-- Grain: month of which a calendar was filed.
-- Caveat: of several calendars the first by ref.source_priority counts; the national one stands
-- before those of regencies.
-- Rules: sql/README.md S1.15, S3.7
with ranked_days as (
  select
    date,
    lebaran_offset,
    row_number() over (
      partition by date
      order by coalesce(rank, 100), coalesce(d.region_code, ''), d.source_id, d.release_date desc
    ) as place
  from core.calendar_day d
  left join ref.source_priority p
    on p.theme = 'calendar_day'
    and p.source_id = d.source_id
    and p.region_code in (coalesce(d.region_code, '*'), '*')
    and coalesce(p.year, date_part('year', d.date)) = date_part('year', d.date)
)
select
  cast(date_trunc('month', date) as date) as period_month,
  sum(
    case when abs(lebaran_offset) <= param('lebaran_window_days', '*', date) then 1 else 0 end
  ) as lebaran_days,
  count(*) as days_filed
from ranked_days
where place = 1
group by cast(date_trunc('month', date) as date)
