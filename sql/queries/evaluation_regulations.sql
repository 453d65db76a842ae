-- Question: which regulations and decisions are in force at the end of the year ($year), of a region
--   ($region; an empty text asks of all)?
-- Grain: regulation.
select
  r.region_code,
  r.kind,
  r.number,
  r.title,
  r.title_en,
  r.valid_from,
  r.valid_to,
  r.source
from ref.regulation r
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = r.region_code
where ($region in ('', 'CORR') or r.region_code = $region or r.region_code = '*')
  and r.valid_from <= make_date($year, 12, 31)
  and (r.valid_to is null or r.valid_to > make_date($year, 12, 31))
order by s.scope_order nulls first, r.region_code, r.valid_from, r.number
