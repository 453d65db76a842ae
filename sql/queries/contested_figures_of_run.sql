-- Question: of which region-periods do two files give other figures with the same release date, one of
--   them a file of a run ($run_id)?  The later one counts; where a newer release stands, neither does.
-- Grain: file, kind, other file. what: stands (the file counts), gives_way (the other one does).
with pairs as (
  select
    s.sha256 as standing,
    o.sha256 as other,
    coalesce(fs.file_path, fs.file_name) as standing_path,
    coalesce(fo.file_path, fo.file_name) as other_path,
    count(distinct concat(s.region_code, s.period_type, s.period)) as slices
  from ops.vintage_figures s
  join ops.vintage_figures o
    on o.dataset = s.dataset
    and o.source_id = s.source_id
    and o.region_code = s.region_code
    and o.period = s.period
    and o.period_type = s.period_type
    and o.field = s.field
    and o.row_key = s.row_key
    and o.release_date = s.release_date
    and o.sha256 <> s.sha256
  join ops.files fs on fs.sha256 = s.sha256
  join ops.files fo on fo.sha256 = o.sha256
  where s.vintage = s.vintages
    and o.value <> s.value
    and (fs.run_id = $run_id or fo.run_id = $run_id)
  group by s.sha256, o.sha256, fs.file_path, fs.file_name, fo.file_path, fo.file_name
)
select standing as sha256, 'stands' as what, other_path as other_file, '' as detail, slices
from pairs
union all
select other, 'gives_way', standing_path, '', slices
from pairs
order by 1, 2, 3
