-- Question: which figures of a field does a file of a run ($run_id) withdraw where its theme goes on?
-- Grain: file, predecessor, field.
select
  c.new_sha256,
  c.change,
  coalesce(o.file_path, c.old_file) as other_file,
  c.field,
  count(distinct concat(c.region_code, c.period)) as slices
from ops.final_changes c
join ops.files f on f.sha256 = c.new_sha256 and f.run_id = $run_id
left join ops.files o on o.sha256 = c.old_sha256
-- Whole rows are told by the load itself.
left anti join (
  select distinct recorded_by
  from ops.superseded_rows
  where what = 'withdrawn'
) r on r.recorded_by = c.new_sha256
where c.change = 'withdrawn'
group by c.new_sha256, c.change, o.file_path, c.old_file, c.field
order by 1, 3, 4
limit 100
