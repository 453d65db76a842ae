-- Question: which planning documents have targets for the year ($year), and how many of them are
--   measured ($region: a region; an empty text asks of all)?
-- Grain: document, version, region.
select
  t.region_code,
  t.doc,
  t.doc_version,
  t.is_newest_version,
  count(*) as targets,
  count(t.raw_percent) as measured
from indicators.targets t
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = t.region_code
where t.year = $year and not t.is_sum and ($region = '' or t.region_code = $region)
group by t.region_code, t.doc, t.doc_version, t.is_newest_version, s.scope_order
order by s.scope_order, t.region_code, t.doc, t.doc_version
