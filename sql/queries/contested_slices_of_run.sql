-- Question: does a file of a run ($run_id) hold a slice that another file gives with the same release date?
-- Grain: one row at the most, in the columns of withdrawals_of_run.
select
  max(case when f.run_id = $run_id then n.sha256 end) as sha256,
  '' as what,
  '' as other_file,
  '' as detail,
  count(distinct n.sha256) as slices
from ops.slices n
join ops.files f on f.sha256 = n.sha256
where n.supersedes = 'slice' and not n.is_held
group by n.dataset, n.source_id, n.slice_region, n.period, n.period_type, n.release_date
having bool_or(f.run_id = $run_id) and min(n.sha256) <> max(n.sha256)
limit 1
