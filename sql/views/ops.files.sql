-- Question: what came, and what became of each file?
-- Grain: submission, at its newest reading: one that was read again has more
-- than one row in the log.
select * exclude (newest), error_id as error_ind, released as vintage_date
from (
  select
    * exclude (attempt, rows_erased),
    coalesce(attempt, 0) as attempt,
    coalesce(rows_erased, 0) as rows_erased,
    row_number() over (
      partition by sha256
      order by coalesce(attempt, 0) desc, sequence desc
    ) as newest
  from ops.files_log
)
where newest = 1
