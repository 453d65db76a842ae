-- Question: which readings of files does a later reading supersede?
-- Grain: file, attempt. A log of an earlier program says nothing of attempts: they are the first.
select distinct sha256, attempt
from (
  select
    sha256,
    coalesce(attempt, 0) as attempt,
    max(coalesce(attempt, 0)) over (partition by sha256) as newest
  from ops.files_log
)
where attempt < newest
