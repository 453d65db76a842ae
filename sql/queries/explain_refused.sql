-- Question: which rows that would count for a value (as in explain_files.sql) were refused and are not
--   mended?
-- Grain: refused record.
select
  q.file_name,
  q.sheet,
  q.cell,
  q.row_number,
  q.rule,
  q.value,
  q.message_id,
  q.message_en
from ops.quarantine q
join ref.indicator_dataset d on d.dataset = q.dataset and d.indicator_id = $indicator
where q.status = 'open'
  and (
    q.slice_region in (select region_code from ref.scope where scope_code = $region)
    or (not $only_region and q.slice_region not in (select region_code from ref.scope))
  )
  and (
    (q.slice_period < $own_until and q.slice_period >= $own_from)
    or (q.slice_period < $earlier_until and q.slice_period >= $earlier_from)
  )
order by 1, 2, 4
limit 100
