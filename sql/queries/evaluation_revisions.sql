-- Question: which values of the year ($year) were revised since they were first published ($region: a
--   region; an empty text asks of all)?
-- Grain: indicator, region; values of years, without breakdown.
select
  r.indicator_id,
  r.region_code,
  r.first_release,
  r.first_value,
  r.first_state,
  r.latest_release,
  r.latest_value,
  r.latest_state,
  r.revision,
  r.revision_percent
from ops.revisions r
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = r.region_code
where r.grain = 'Y'
  and r.breakdown = ''
  and r.is_revised
  and date_part('year', r.period) = $year
  and ($region = '' or r.region_code = $region)
order by r.indicator_id, s.scope_order
