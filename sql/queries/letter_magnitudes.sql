-- Question: which figures of an office's ($office) files of one moment to another ($from, $until) are
--   withheld, as they look like another unit?
-- Grain: figure; the first 500.
select distinct
  f.file_name,
  m.dataset,
  m.region_code,
  m.period,
  m.period_type,
  split_part(m.measure, '.', 1) as field,
  m.value,
  m.unit,
  m.looks_like,
  m.compared_with
from ops.magnitudes m
join ops.current_slices c
  on c.dataset = m.dataset
  and c.source_id = m.source_id
  and c.slice_region = m.region_code
  and c.period = m.period
  and c.period_type = m.period_type
join ops.files f on f.sha256 = c.sha256
where m.source_id = $office
  and f.received_at >= cast($from as timestamp)
  and f.received_at < cast($until as timestamp)
order by f.file_name, m.region_code, m.period, field, m.value
limit 500
