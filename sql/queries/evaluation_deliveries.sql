-- Question: how did the offices deliver what was due in the year ($year; $region: a region, of which
--   its offices; an empty text asks of all)?
-- Grain: office.
select
  d.source_id,
  max(s.name) as source_name,
  string_agg(distinct d.dataset, ', ' order by d.dataset) as datasets,
  count(*) as due,
  count(case when d.is_on_time then 1 end) as on_time,
  count(case when d.is_late then 1 end) as late,
  count(case when d.is_missing then 1 end) as missing,
  100 * cast(count(case when d.is_on_time then 1 end) as double) / count(*) as on_time_percent
from ops.deliveries d
left join ref.source s on s.code = d.source_id
where d.is_due
  and date_part('year', d.due_on) = $year
  and ($region in ('', 'CORR') or d.regency = $region)
group by d.source_id
order by d.source_id
