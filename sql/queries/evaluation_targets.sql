-- Question: how far are the targets of the year met ($year; $region: a region; an empty text asks of
--   all)?  Newest versions of the documents.
-- Grain: document, indicator, region.
select
  t.region_code,
  t.dimension,
  t.indicator_id,
  t.doc,
  t.doc_version,
  t.target_value,
  t.target_low,
  t.target_high,
  t.unit,
  t.polarity,
  t.judged_source_id,
  t.is_target_synthetic,
  t.value,
  t.state,
  t.missing_regions,
  t.raw_percent,
  t.capped_percent,
  t.predicate,
  t.predicate_en,
  t.note,
  t.sources,
  t.flags
from indicators.targets t
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = t.region_code
where t.year = $year and t.is_newest_version and ($region = '' or t.region_code = $region)
order by s.scope_order, t.dimension, t.indicator_id, t.doc
