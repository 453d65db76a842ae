-- What each source owed in each month of due, and what it filed by the due day; by regency it is
-- the indicator data_timeliness.
-- Not received counts as late. Whether a delivery is any good is the matter of
-- ops.expectations, not of this share.
select
  source_id,
  cast(date_trunc('month', due_on) as date) as due_month,
  count(*) as due,
  sum(case when is_on_time then 1 else 0 end) as on_time,
  sum(case when is_late then 1 else 0 end) as late,
  sum(case when is_missing then 1 else 0 end) as missing,
  100.0 * sum(case when is_on_time then 1 else 0 end) / count(*) as share
from ops.deliveries
where is_due
group by source_id, cast(date_trunc('month', due_on) as date)
