-- Question: what of the files of a run ($run_id) is not current, and which themes do they withdraw? Rows
--   are told by the load itself.
-- Grain: file, kind, other file (by its path where it is known), theme.
with newest as (
  select
    *,
    row_number() over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by release_date desc, sequence desc, sha256
    ) as place
  from ops.slices
  where not is_held and supersedes = 'slice'
),
-- A file may hold a slice in several vintages: its newest stands for it.
own as (
  select
    n.dataset,
    n.source_id,
    n.slice_region,
    n.period,
    n.period_type,
    n.covers,
    n.sha256,
    max(n.release_date) as release_date
  from ops.slices n
  join ops.files f on f.sha256 = n.sha256 and f.run_id = $run_id
  where not n.is_held
  group by
    n.dataset, n.source_id, n.slice_region, n.period, n.period_type, n.covers, n.sha256
)
select sha256, what, other_file, theme, sum(slices) as slices
from ops.withdrawals
where run_id = $run_id and rows is null and what <> 'not_current'
group by sha256, what, other_file, theme
union all
select
  n.sha256,
  'not_current',
  coalesce(f.file_path, f.file_name),
  '',
  count(distinct concat(n.slice_region, n.period_type, n.period, n.covers))
from own n
join newest b
  on b.dataset = n.dataset
  and b.source_id = n.source_id
  and b.slice_region = n.slice_region
  and b.period = n.period
  and b.period_type = n.period_type
  and b.covers = n.covers
  and b.place = 1
  and b.sha256 <> n.sha256
join ops.files f on f.sha256 = b.sha256
where b.release_date > n.release_date
group by n.sha256, f.file_path, f.file_name
order by 1, 2, 3, 4
