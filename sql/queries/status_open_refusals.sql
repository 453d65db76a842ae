-- Question: which offices have refused rows that are open, and which rules refuse them?
-- Grain: source.
select
  coalesce(nullif(q.source_id, ''), f.source_id) as source_id,
  count(*) as rows,
  array_to_string(array_sort(array_agg(distinct q.dataset)), ', ') as datasets,
  array_to_string(array_sort(array_agg(distinct q.rule)), ', ') as rules
from ops.quarantine q
join ops.files f on f.sha256 = q.sha256
where q.status = 'open'
group by coalesce(nullif(q.source_id, ''), f.source_id)
order by rows desc, source_id
