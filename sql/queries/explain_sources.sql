-- Question: which sources make a value of an indicator ($indicator), region ($region), grain ($grain)
--   and period ($period), in each of its datasets?
-- Grain: dataset, source. Where none covers the value, those that are told of.
select distinct c.dataset, s.source_id
from work.sources s
join (
  select distinct dataset, split_part(theme, ':', 1) as measure from ops.current_slices
) c on c.measure = split_part(s.theme, ':', 1)
where s.is_chosen
  and s.indicator_id = $indicator
  and s.scope_code = $region
  and s.grain = $grain
  and s.period = $period
  and s.source_id <> ''
order by c.dataset, s.source_id
