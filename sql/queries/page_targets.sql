-- Question: which targets are there, in the newest version of their document, and how far are they met?
-- Grain: indicator, region, year, document.
select
  t.indicator_id,
  t.region_code,
  t.year,
  t.doc,
  t.target_value,
  t.target_low,
  t.target_high,
  t.is_target_synthetic,
  t.judged_source_id,
  t.value,
  t.raw_percent,
  t.predicate,
  t.predicate_en,
  t.note
from indicators.targets t
where t.is_newest_version
order by t.indicator_id, t.region_code, t.year, t.doc
