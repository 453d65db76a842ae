-- Question: which planning documents have targets for the year ($year), and how many of them are
--   measured ($region: a region; an empty text asks of all)?
-- Grain: document, version, region.
select
  region_code,
  doc,
  doc_version,
  is_newest_version,
  count(*) as targets,
  count(raw_percent) as measured
from indicators.targets
where year = $year and not is_sum and ($region = '' or region_code = $region)
group by region_code, doc, doc_version, is_newest_version
order by region_code, doc, doc_version
