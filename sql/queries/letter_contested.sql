-- Question: which figures do two files of an office ($office) give differently for one release date, one of
--   them a file that came from one moment to another ($from, $until)?
-- Grain: pair of files, region and field, the first 500: the figures of the first period, and how many
--   there are. Files of one name are told by their folders.
select
  case when fs.file_name = fo.file_name then coalesce(fs.file_path, fs.file_name) else fs.file_name end as file_name,
  case when fs.file_name = fo.file_name then coalesce(fo.file_path, fo.file_name) else fo.file_name end as other_file,
  c.dataset,
  c.region_code,
  c.period_type,
  min(c.period) as period,
  c.field,
  coalesce(u.unit, '') as unit,
  first_value(c.value order by c.period, c.row_key) as value,
  first_value(c.other_value order by c.period, c.row_key) as other_value,
  count(*) as figures
from ops.contested_figures c
join ops.files fs on fs.sha256 = c.sha256
join ops.files fo on fo.sha256 = c.other_sha256
left join ref.column u
  on u.dataset = c.dataset
  and u.column_name = split_part(c.field, '.', 1)
where c.source_id = $office
  and (
    (fs.received_at >= cast($from as timestamp) and fs.received_at < cast($until as timestamp))
    or (fo.received_at >= cast($from as timestamp) and fo.received_at < cast($until as timestamp))
  )
group by
  fs.file_name, fs.file_path, fo.file_name, fo.file_path, c.dataset, c.region_code, c.period_type,
  c.field, u.unit
order by 1, 2, 4, 7, 5
limit 500
