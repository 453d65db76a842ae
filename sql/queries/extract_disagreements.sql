-- Question: what did each source file where several filed one figure ($region: a regency, or CORR for
--   all; $dimension; of years within the days from $from to before $until)?  An empty text asks of
--   all.
-- Grain: dataset, measure, breakdown, region or point, year, source; the headline first.
select
  d.dataset,
  s.dimension,
  d.measure,
  c.unit,
  d.breakdown,
  d.region_code,
  d.year,
  d.months,
  d.source_id,
  d.source_name,
  d.is_headline,
  d.counted_at,
  d.value,
  d.headline_source,
  d.headline_value,
  d.gap_percent,
  d.band,
  d.method_id,
  d.method_en,
  d.coverage_id,
  d.coverage_en,
  d.synthetic
from ops.open_disagreements d
join ref.dataset s on s.dataset = d.dataset
left join ref.column c on c.dataset = d.dataset and c.column_name = d.measure
left join ref.point p on p.code = d.region_code
where ($region in ('', 'CORR') or coalesce(p.region_code, d.region_code) = $region)
  and ($dimension = '' or s.dimension = $dimension)
  and make_date(d.year, 1, 1) >= $from
  and make_date(d.year + 1, 1, 1) <= $until
order by
  d.dataset, d.measure, d.breakdown, d.region_code, d.year, not d.is_headline, d.source_id, d.months
