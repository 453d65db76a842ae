-- Question: where do sources disagree about the year ($year; $region: a region; an empty text and
--   CORR ask of all)?
-- Grain: dataset, measure, breakdown, region, source.
select
  dataset,
  measure,
  breakdown,
  region_code,
  source_id,
  is_headline,
  value,
  months,
  gap_percent,
  band
from ops.disagreements
where year = $year and ($region in ('', 'CORR') or region_code = $region)
order by dataset, measure, breakdown, region_code, source_id
