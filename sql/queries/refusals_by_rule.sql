-- Question: which rules refuse how many rows that are open, by source and dataset, and where does the
--   newest file show it first?
-- Grain: source, dataset, rule.
with open_rows as (
  select
    coalesce(nullif(q.source_id, ''), f.source_id) as source_id,
    q.dataset,
    q.rule,
    q.file_name,
    q.sheet,
    q.cell,
    q.value,
    q.message_ind,
    q.message_en,
    count(*) over (
      partition by coalesce(nullif(q.source_id, ''), f.source_id), q.dataset, q.rule
    ) as rows,
    row_number() over (
      partition by coalesce(nullif(q.source_id, ''), f.source_id), q.dataset, q.rule
      order by f.sequence desc, q.sheet, q.row_number, q.cell
    ) as place
  from ops.quarantine q
  join ops.files f on f.sha256 = q.sha256
  where q.status = 'open'
)
select
  o.source_id,
  s.name as source_name,
  o.dataset,
  o.rule,
  o.rows,
  o.file_name,
  o.sheet,
  o.cell,
  o.value,
  o.message_ind,
  o.message_en
from open_rows o
left join ref.source s on s.code = o.source_id
where o.place = 1
order by o.source_id, o.dataset, o.rows desc, o.rule
