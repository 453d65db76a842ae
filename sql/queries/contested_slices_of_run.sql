-- Question: does a file of a run ($run_id) hold a slice that another file gives with the same release date?
-- Grain: one row at the most, in the columns of withdrawals_of_run.
select n.sha256, '' as what, '' as other_file, '' as detail, count(*) as slices
from ops.slices n
join ops.files f on f.sha256 = n.sha256 and f.run_id = $run_id
join ops.slices b
  on b.dataset = n.dataset
  and b.source_id = n.source_id
  and b.slice_region = n.slice_region
  and b.period = n.period
  and b.period_type = n.period_type
  and b.release_date = n.release_date
  and b.sha256 <> n.sha256
where n.supersedes = 'slice' and b.supersedes = 'slice' and not n.is_held and not b.is_held
group by n.sha256
limit 1
