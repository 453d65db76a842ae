-- Question: how far is each target met ($region: a regency, which brings the corridor's targets too,
--   or CORR; $dimension; of years within the days from $from to before $until)?  An empty text asks
--   of all.
-- Grain: document, version, indicator, region, year.
select
  t.doc,
  t.doc_version,
  t.is_newest_version,
  t.is_sum,
  t.indicator_id,
  i.title,
  i.title_en,
  t.dimension,
  t.region_code,
  s.scope_name as region_name,
  t.year,
  t.target_value,
  t.target_low,
  t.target_high,
  t.unit,
  t.polarity,
  t.baseline_year,
  t.baseline_value,
  t.judged_source_id,
  t.value,
  t.state,
  t.missing_regions,
  t.sources,
  t.raw_percent,
  t.capped_percent,
  t.predicate,
  t.predicate_en,
  t.note,
  t.flags,
  t.release_id
from indicators.targets t
left join ref.indicator i on i.indicator_id = t.indicator_id
left join (select distinct scope_code, scope_name, scope_order from ref.scope) s
  on s.scope_code = t.region_code
where ($region = '' or t.region_code in ($region, 'CORR'))
  and ($dimension = '' or t.dimension = $dimension)
  and make_date(t.year, 1, 1) >= $from
  and make_date(t.year + 1, 1, 1) <= $until
order by t.year, t.dimension, t.indicator_id, s.scope_order, t.doc, t.doc_version
