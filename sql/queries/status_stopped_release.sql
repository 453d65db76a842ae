-- Question: which checks stopped a release after the last one was made?
-- Grain: check.
with failing_checks as (
  select c.*, first_value(c.run_id) over (order by c.checked_at desc) as newest_run_id
  from ops.checks c
  where c.severity = 'fail'
    and c.rows > 0
    and c.checked_at > coalesce(
      (select max(cast(r.created_at as timestamp)) from ops.releases r),
      timestamp '1970-01-01'
    )
)
select
  subject,
  check_name,
  rows,
  detail
from failing_checks
where run_id = newest_run_id
order by subject, check_name
