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
where ($region in ('', 'CORR') or r.region_code = $region or r.region_code = '*')
  and r.valid_from <= make_date($year, 12, 31)
  and (r.valid_to is null or r.valid_to > make_date($year, 12, 31))
order by r.region_code, r.valid_from, r.number
