-- Question: from which day on may the deliveries say something else than today, though nothing comes?
-- Grain: one row: the day behind the next one on which a delivery is due, or the first of the next month,
--   by the corridor's calendar (param utc_offset_hours).
with corridor_clock as (
  select
    cast(
      to_timestamp_seconds(
        to_unixtime(now())
        + coalesce(cast(3600 * param('utc_offset_hours', '*', current_date) as bigint), 0)
      ) as date
    ) as today
)
select
  cast(
    least(
      cast(date_trunc('month', max(c.today)) + interval '1 month' as date),
      cast(min(d.due_on) + interval '1 day' as date)
    ) as varchar
  ) as day
from corridor_clock c
left join ops.deliveries d on d.due_on >= c.today
