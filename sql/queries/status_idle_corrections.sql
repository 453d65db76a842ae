-- Question: which corrections do nothing: stale, expired, or without a row?
-- Grain: correction.
select
  r.correction,
  r.dataset,
  r.key,
  r.field,
  r.expected,
  case
    when max(case when c.outcome = 'stale' then 1 else 0 end) = 1 then 'stale'
    when count(c.outcome) > 0 then 'expired'
    else 'no_row'
  end as state,
  max(c.found) as found,
  max(c.file_name) as file_name
from ref.correction r
left join ops.corrections c on c.correction = r.correction
group by r.correction, r.dataset, r.key, r.field, r.expected
having coalesce(bool_and(c.outcome not in ('applied', 'dropped')), true)
order by r.correction
