-- Question: from which day on may the deliveries say something else than today ($today), though nothing comes?
-- Grain: one row: the day behind the next one on which a delivery is due, or the first of the next month.
select
  cast(
    least(
      cast(date_trunc('month', cast($today as date)) + interval '1 month' as date),
      cast(min(due_on) + interval '1 day' as date)
    ) as varchar
  ) as day
from ops.deliveries
where due_on >= cast($today as date)
