-- Question: of which region-periods do two files give other figures with the same release date, one of
--   them a file of a run ($run_id)?  The later one counts; where a newer release stands, neither does.
-- Grain: file, kind, other file. what: stands (the file counts), gives_way (the other one does).
with pairs as (
  select
    c.sha256 as standing,
    c.other_sha256 as other,
    coalesce(fs.file_path, fs.file_name) as standing_path,
    coalesce(fo.file_path, fo.file_name) as other_path,
    count(distinct concat(c.region_code, c.period_type, c.period)) as slices
  from ops.contested_figures c
  join ops.files fs on fs.sha256 = c.sha256
  join ops.files fo on fo.sha256 = c.other_sha256
  where fs.run_id = $run_id or fo.run_id = $run_id
  group by c.sha256, c.other_sha256, fs.file_path, fs.file_name, fo.file_path, fo.file_name
)
select standing as sha256, 'stands' as what, other_path as other_file, '' as detail, slices
from pairs
union all
select other, 'gives_way', standing_path, '', slices
from pairs
order by 1, 2, 3
