-- Question: does a file of a run ($run_id) hold a slice that was filed before?
-- Grain: one row at the most, in the columns of withdrawals_of_run.
with filed as (
  select
    n.dataset,
    n.source_id,
    n.slice_region,
    n.period,
    n.period_type,
    case when f.run_id = $run_id then n.sha256 end as of_run,
    case when n.supersedes = 'slice' then n.sha256 end as of_slice
  from ops.slices n
  join ops.files f on f.sha256 = n.sha256
)
select max(of_run) as sha256, '' as what, '' as other_file, '' as detail, count(*) as slices
from filed
group by dataset, source_id, slice_region, period, period_type
-- Any of the run beside any other: all but where both are one and the same file.
having min(of_run) <> max(of_slice) or max(of_run) <> min(of_slice)
limit 1
